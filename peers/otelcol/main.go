// SPDX-License-Identifier: Apache-2.0

// Program otelcol is an OpenTelemetry Collector for LinkMesh's tests: released
// upstream components only, none of our own.
package main

import (
	"os"
	"runtime/debug"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.opentelemetry.io/collector/otelcol"
)

const (
	core    = "go.opentelemetry.io/collector"
	contrib = "github.com/open-telemetry/opentelemetry-collector-contrib"
)

// versions holds what go.mod really resolved to, so that no version is written
// down twice.
var versions = func() map[string]string {
	found := map[string]string{}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			found[dep.Path] = dep.Version
		}
	}
	return found
}()

// part is one component and the Go module it comes from.
type part[T component.Factory] struct {
	module  string
	factory T
}

// register indexes parts by component type. Deprecated spellings get an entry
// of their own in both maps: a configuration may still use them.
func register[T component.Factory](parts []part[T]) (map[component.Type]T, map[component.Type]string, error) {
	origin := map[component.Type]string{}
	list := make([]T, 0, len(parts))
	for _, p := range parts {
		origin[p.factory.Type()] = p.module + " " + versions[p.module]
		list = append(list, p.factory)
	}
	byType, err := otelcol.MakeFactoryMap(list...)
	modules := map[component.Type]string{}
	for name, factory := range byType {
		modules[name] = origin[factory.Type()]
	}
	return byType, modules, err
}

func main() {
	providerModules := map[string]string{}
	for _, scheme := range []string{"env", "file", "yaml"} {
		module := core + "/confmap/provider/" + scheme + "provider"
		providerModules[scheme] = module + " " + versions[module]
	}
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{
			Command:     "otelcol",
			Description: "OpenTelemetry Collector for tests",
			// The collector's modules are released together: "v0.158.0" there is "0.158.0" here.
			Version: versions[core+"/otelcol"][1:],
		},
		Factories: components,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				ProviderFactories: []confmap.ProviderFactory{
					envprovider.NewFactory(), fileprovider.NewFactory(), yamlprovider.NewFactory(),
				},
			},
		},
		ProviderModules: providerModules,
	})
	if err := command.Execute(); err != nil {
		os.Exit(1) // the command has printed the error already
	}
}
