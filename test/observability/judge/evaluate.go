package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

const step = time.Minute

// evaluate does as promtool's unit tests do: the rules are evaluated every minute on a sample a minute of each series, up to some time. Then it says
// which alerts fire, and what the queries give.
func evaluate(groups []byte, q question, at time.Duration, a *answer) {
	suite, err := promqltest.NewLazyLoader(loading(q.Series), promqltest.LazyLoaderOpts{EnableAtModifier: true, EnableNegativeOffset: true})
	if err != nil {
		a.refuse("series", err)
		return
	}
	defer suite.Close()
	suite.SubqueryInterval = step
	query := rules.EngineQueryFunc(suite.QueryEngine(), suite.Storage())
	ordered := load(groups, query, suite, a)
	end := time.Unix(0, 0).UTC().Add(at)
	for ts := time.Unix(0, 0).UTC(); !ts.After(end); ts = ts.Add(step) {
		suite.WithSamplesTill(ts, func(err error) { a.refuse("series", err) })
		for _, group := range ordered {
			group.Eval(suite.Context(), ts)
			for _, rule := range group.Rules() {
				a.refuse(rule.Name(), rule.LastError())
			}
		}
		if len(a.Errors) > 0 {
			return
		}
	}
	for _, group := range ordered {
		for _, rule := range group.AlertingRules() {
			for _, active := range rule.ActiveAlerts() {
				if active.State == rules.StateFiring {
					a.Alerts = append(a.Alerts, alert{active.Labels.Map(), active.Annotations.Map()})
				}
			}
		}
	}
	for _, written := range q.Queries {
		vector, err := query(context.Background(), written, end)
		a.refuse(written, err)
		found := []sample{}
		for _, one := range vector {
			found = append(found, sample{one.Metric.Map(), strconv.FormatFloat(one.F, 'g', 9, 64)})
		}
		a.Results = append(a.Results, found)
	}
}

func load(groups []byte, query rules.QueryFunc, suite *promqltest.LazyLoader, a *answer) []*rules.Group {
	if groups == nil {
		return nil
	}
	file, err := os.CreateTemp("", "rules-*.yaml")
	if err != nil {
		a.refuse("rules", err)
		return nil
	}
	defer os.Remove(file.Name())
	_, err = file.Write(groups)
	a.refuse("rules", err, file.Close())
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  query,
		Appendable: suite.Storage(),
		Context:    context.Background(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     promslog.NewNopLogger(),
		Parser:     promql,
	})
	loaded, errs := manager.LoadGroups(step, labels.EmptyLabels(), "", nil, false, file.Name())
	a.refuse("rules", errs...)
	ordered := []*rules.Group{}
	for _, group := range loaded {
		for _, rule := range group.AlertingRules() {
			rule.SetRestored(true)
		}
		ordered = append(ordered, group)
	}
	sort.Slice(ordered, func(i, j int) bool { return ordered[i].Name() < ordered[j].Name() })
	return ordered
}

func loading(series map[string]string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "load %s\n", strings.TrimSuffix(model.Duration(step).String(), "0s"))
	for name, values := range series {
		fmt.Fprintf(&text, "  %s %s\n", name, values)
	}
	return text.String()
}
