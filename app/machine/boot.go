package machine

import "dev.varve/backend/fault"

// BootID identifies this start of the machine. It is empty where start times
// of processes are absolute and nothing else is known.
func BootID() (string, error) {
	id, err := bootID()
	if err != nil {
		return "", fault.New(fault.Internal, "this machine does not say when it was started: %v", err)
	}
	return id, nil
}
