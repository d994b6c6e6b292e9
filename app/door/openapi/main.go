// Command openapi prints the description of the door's interface. The types of
// the pages are generated from it (npm run api in frontend/).
package main

import (
	"fmt"
	"os"

	"dev.varve/app/door"
)

func main() {
	document, err := door.OpenAPI()
	if err == nil {
		_, err = os.Stdout.Write(document)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}
