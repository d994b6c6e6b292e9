package contenttest_test

import (
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
)

func TestMemory(t *testing.T) {
	contenttest.Run(t, func(*testing.T) content.Store { return contenttest.NewMemory() })
}
