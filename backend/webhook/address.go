package webhook

import (
	"context"
	"net/netip"
	"net/url"
	"strings"

	"dev.varve/backend/fault"
)

// Poster sends requests.
type Poster interface {
	// Lookup finds the addresses of a host name.
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
	// Post sends a body and returns the answer's status and the beginning of its
	// body. It follows no redirects and speaks to no address that may refuses, whatever
	// the name means by then; its time is bounded.
	Post(ctx context.Context, url string, header map[string]string, body []byte, may func(netip.Addr) error) (status int, answer string, err error)
}

// reserved are networks that are not private in the sense of net/netip, but do not
// belong to the public either.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("3fff::/20"), netip.MustParsePrefix("5f00::/16"),
}

var (
	nat64     = netip.MustParsePrefix("64:ff9b::/96")
	sixToFour = netip.MustParsePrefix("2002::/16")
)

// Public reports whether an address belongs to the public network. IPv6 addresses
// that stand for an IPv4 address are judged by that.
func Public(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	b := a.As16()
	switch {
	case a.Is6() && nat64.Contains(a):
		a = netip.AddrFrom4([4]byte(b[12:16]))
	case a.Is6() && sixToFour.Contains(a):
		a = netip.AddrFrom4([4]byte(b[2:6]))
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, net := range reserved {
		if net.Contains(a) {
			return false
		}
	}
	return true
}

// Policy says where webhooks may go.
type Policy struct {
	Poster
	// Private allows addresses that are not public, and http.
	Private bool
}

// may refuses addresses.
func (p Policy) may(a netip.Addr) error {
	if p.Private || Public(a) {
		return nil
	}
	return fault.New(fault.Denied, "%s is not a public address", a).
		WithHint("varve serve --private-webhooks allows webhooks to private networks.")
}

// check refuses addresses to which no webhook may go.
func (p Policy) check(ctx context.Context, address string) error {
	if strings.TrimSpace(address) == "" {
		return fault.New(fault.Invalid, "Webhook URL cannot be empty or just whitespace: '%s'", address)
	}
	u, err := url.Parse(address)
	if err != nil {
		return fault.New(fault.Invalid, "Invalid webhook URL '%s'", address)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !p.Private) {
		allowed := "https"
		if p.Private {
			allowed = "https, http"
		}
		return fault.New(fault.Invalid, "Invalid webhook URL scheme: '%s'. Allowed schemes are: %s.", u.Scheme, allowed)
	}
	host := u.Hostname()
	if host == "" {
		return fault.New(fault.Invalid, "Webhook URL must include a hostname: '%s'", address)
	}
	if p.Private {
		return nil
	}
	found, err := p.Lookup(ctx, host)
	if err != nil {
		return fault.New(fault.Invalid, "Cannot resolve Webhook URL hostname '%s': %s", host, err.Error())
	}
	for _, a := range found {
		if !Public(a) {
			return fault.New(fault.Invalid, "Webhook URL must not resolve to a non-public IP address. '%s' resolves to %s.", host, a)
		}
	}
	return nil
}
