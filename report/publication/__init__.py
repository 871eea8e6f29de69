"""The parts of an EPUB 3.3 publication: documents, navigation, page list, package document, container."""
