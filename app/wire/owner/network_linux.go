package owner

import "golang.org/x/sys/unix"

// onNetwork reports whether a folder lies on a network file system.
func onNetwork(dir string) bool {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return false
	}
	switch int64(st.Type) { //nolint:unconvert // int32 on some platforms
	case unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, 0x47504653, 0x0BD00BD0:
		return true // the last two are GPFS and Lustre
	}
	return false
}
