// What deskd and deskctl do with --read-mibs, for tests that have neither.

#include "connectors/snmp/mibs/reading/read_mibs.h"

int main(int argc, char** argv) { deskd::connectors::read_mibs({argv + 2, argv + argc}); }
