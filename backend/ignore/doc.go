// Package ignore leaves files and folders out of versions of data, as files
// named .varveignore say, and if asked for those of git and DVC.
//
// Such a file holds for the folder that it lies in and all below. Its lines
// are those of a .gitignore, and mean what git takes them for, byte for byte,
// whatever encoding names have; see gitignore(5). The file itself is kept, so
// that what was restored and added again is the same version.
package ignore
