# Run by the build: puts the text of the file FROM in place of @DESCRIPTION@ in TEMPLATE, as TO.
file(READ "${FROM}" DESCRIPTION)
configure_file("${TEMPLATE}" "${TO}" @ONLY)
