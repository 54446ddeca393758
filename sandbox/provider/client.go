package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/linode/linodego"
)

// account is a configured connection. The real provider is built half on Terraform's SDK and half on its framework,
// and each half names itself in the User-Agent.
type account struct {
	sdk            *linodego.Client
	framework      *linodego.Client
	eventPoll      time.Duration
	lkeEventPoll   time.Duration
	nodeReadyPoll  time.Duration
	skipDeletePoll bool
}

// connect reads the provider block and the environment, and asks the API for a public list, as the real one does.
func connect(ctx context.Context, d *schema.ResourceData, userAgent string) (*account, error) {
	a := &account{skipDeletePoll: d.Get("skip_lke_cluster_delete_poll").(bool)}
	for _, poll := range []struct {
		field    string
		interval *time.Duration
		standard int
	}{
		{"event_poll_ms", &a.eventPoll, 4000},
		{"lke_event_poll_ms", &a.lkeEventPoll, 3000},
		{"lke_node_ready_poll_ms", &a.nodeReadyPoll, 3000},
	} {
		milliseconds, err := pollMilliseconds(d, poll.field, poll.standard)
		if err != nil {
			return nil, err
		}
		*poll.interval = time.Duration(milliseconds) * time.Millisecond
	}
	agent := "HashiCorp " + userAgent
	if prefix := setting(d, "ua_prefix", "LINODE_UA_PREFIX"); prefix != "" {
		agent = prefix + " " + agent
	}
	a.sdk = newClient(d, agent, a.nodeReadyPoll)
	a.framework = newClient(d, strings.Replace(agent, sdkName(agent), "Terraform-Plugin-Framework/1.19.0", 1), a.eventPoll)
	_, err := a.sdk.ListTypes(ctx, linodego.NewListOptions(100, ""))
	return a, err
}

func newClient(d *schema.ResourceData, userAgent string, poll time.Duration) *linodego.Client {
	client := linodego.NewClient(nil)
	client.SetUserAgent(userAgent)
	client.SetPollDelay(poll)
	client.UseCache(!d.Get("disable_internal_cache").(bool))
	if token := setting(d, "token", "LINODE_TOKEN"); token != "" {
		client.SetToken(token)
	}
	if url := setting(d, "url", "LINODE_URL"); url != "" {
		client.SetBaseURL(url)
	}
	if version := setting(d, "api_version", "LINODE_API_VERSION"); version != "" {
		client.SetAPIVersion(version)
	}
	if file := setting(d, "api_ca_path", "LINODE_CA"); file != "" {
		client.SetRootCertificate(file)
	}
	if delay := d.Get("min_retry_delay_ms").(int); delay > 0 {
		client.SetRetryWaitTime(time.Duration(delay) * time.Millisecond)
	}
	if delay := d.Get("max_retry_delay_ms").(int); delay > 0 {
		client.SetRetryMaxWaitTime(time.Duration(delay) * time.Millisecond)
	}
	return &client
}

// setting prefers the provider block to the environment.
func setting(d *schema.ResourceData, field, variable string) string {
	if value := d.Get(field).(string); value != "" {
		return value
	}
	return os.Getenv(variable)
}

func pollMilliseconds(d *schema.ResourceData, field string, standard int) (int, error) {
	if value := d.Get(field).(int); value > 0 {
		return value, nil
	}
	variable := "LINODE_" + strings.ToUpper(field)
	text := os.Getenv(variable)
	if text == "" {
		return standard, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		return 0, fmt.Errorf("%s must be a number of milliseconds, not %q", variable, text)
	}
	return value, nil
}

func sdkName(userAgent string) string {
	for _, word := range strings.Fields(userAgent) {
		if strings.HasPrefix(word, "Terraform-Plugin-SDK/") {
			return word
		}
	}
	return ""
}

// poll asks every interval, the first time after one, until done or the context ends.
func poll(ctx context.Context, every time.Duration, done func() (bool, error)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if ok, err := done(); ok || err != nil {
				return err
			}
		}
	}
}
