# Run by the build: puts the text of the file FROM in place of @SHIPPED_OIDS@ in TEMPLATE, as TO.
file(READ "${FROM}" SHIPPED_OIDS)
configure_file("${TEMPLATE}" "${TO}" @ONLY)
