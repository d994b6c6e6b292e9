package machine

import "os"

func machineID() (string, error) {
	for _, file := range []string{"/etc/machine-id", "/var/lib/dbus/machine-id"} {
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			return string(data), nil
		}
	}
	return "", os.ErrNotExist
}
