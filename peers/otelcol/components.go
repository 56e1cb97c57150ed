// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/countconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/servicegraphconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/connector/spanmetricsconnector"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/awss3exporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/coralogixexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/googlecloudexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/kafkaexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/loadbalancingexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/prometheusremotewriteexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/zipkinexporter"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/basicauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/bearertokenauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/headerssetterextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/healthcheckextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/oauth2clientauthextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/opampextension"
	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/attributesprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/cumulativetodeltaprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/deltatocumulativeprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/filterprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/groupbyattrsprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/intervalprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/k8sattributesprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/metricstransformprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/redactionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/resourcedetectionprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/resourceprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/spanprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/tailsamplingprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/processor/transformprocessor"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/filelogreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/jaegerreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/journaldreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/kafkareceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/nginxreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/statsdreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/syslogreceiver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/zipkinreceiver"
	"go.opentelemetry.io/collector/connector"
	"go.opentelemetry.io/collector/connector/forwardconnector"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/debugexporter"
	"go.opentelemetry.io/collector/exporter/nopexporter"
	"go.opentelemetry.io/collector/exporter/otlpexporter"
	"go.opentelemetry.io/collector/exporter/otlphttpexporter"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/collector/processor/batchprocessor"
	"go.opentelemetry.io/collector/processor/memorylimiterprocessor"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// components lists everything this collector can run. Each line names the Go
// module too, because `otelcol components` and the OpAMP message of available
// components report it.
func components() (otelcol.Factories, error) {
	set := otelcol.Factories{Telemetry: otelconftelemetry.NewFactory()}
	var err error

	if set.Extensions, set.ExtensionModules, err = register([]part[extension.Factory]{
		{contrib + "/extension/basicauthextension", basicauthextension.NewFactory()},
		{contrib + "/extension/bearertokenauthextension", bearertokenauthextension.NewFactory()},
		{contrib + "/extension/headerssetterextension", headerssetterextension.NewFactory()},
		{contrib + "/extension/healthcheckextension", healthcheckextension.NewFactory()},
		{contrib + "/extension/oauth2clientauthextension", oauth2clientauthextension.NewFactory()},
		{contrib + "/extension/opampextension", opampextension.NewFactory()},
		{contrib + "/extension/storage/filestorage", filestorage.NewFactory()},
	}); err != nil {
		return set, err
	}
	if set.Receivers, set.ReceiverModules, err = register([]part[receiver.Factory]{
		{contrib + "/receiver/filelogreceiver", filelogreceiver.NewFactory()},
		{contrib + "/receiver/hostmetricsreceiver", hostmetricsreceiver.NewFactory()},
		{contrib + "/receiver/jaegerreceiver", jaegerreceiver.NewFactory()},
		{contrib + "/receiver/journaldreceiver", journaldreceiver.NewFactory()},
		{contrib + "/receiver/kafkareceiver", kafkareceiver.NewFactory()},
		{contrib + "/receiver/nginxreceiver", nginxreceiver.NewFactory()},
		{contrib + "/receiver/prometheusreceiver", prometheusreceiver.NewFactory()},
		{contrib + "/receiver/statsdreceiver", statsdreceiver.NewFactory()},
		{contrib + "/receiver/syslogreceiver", syslogreceiver.NewFactory()},
		{contrib + "/receiver/zipkinreceiver", zipkinreceiver.NewFactory()},
		{core + "/receiver/otlpreceiver", otlpreceiver.NewFactory()},
	}); err != nil {
		return set, err
	}
	if set.Processors, set.ProcessorModules, err = register([]part[processor.Factory]{
		{contrib + "/processor/attributesprocessor", attributesprocessor.NewFactory()},
		{contrib + "/processor/cumulativetodeltaprocessor", cumulativetodeltaprocessor.NewFactory()},
		{contrib + "/processor/deltatocumulativeprocessor", deltatocumulativeprocessor.NewFactory()},
		{contrib + "/processor/filterprocessor", filterprocessor.NewFactory()},
		{contrib + "/processor/groupbyattrsprocessor", groupbyattrsprocessor.NewFactory()},
		{contrib + "/processor/intervalprocessor", intervalprocessor.NewFactory()},
		{contrib + "/processor/k8sattributesprocessor", k8sattributesprocessor.NewFactory()},
		{contrib + "/processor/metricstransformprocessor", metricstransformprocessor.NewFactory()},
		{contrib + "/processor/probabilisticsamplerprocessor", probabilisticsamplerprocessor.NewFactory()},
		{contrib + "/processor/redactionprocessor", redactionprocessor.NewFactory()},
		{contrib + "/processor/resourceprocessor", resourceprocessor.NewFactory()},
		{contrib + "/processor/resourcedetectionprocessor", resourcedetectionprocessor.NewFactory()},
		{contrib + "/processor/spanprocessor", spanprocessor.NewFactory()},
		{contrib + "/processor/tailsamplingprocessor", tailsamplingprocessor.NewFactory()},
		{contrib + "/processor/transformprocessor", transformprocessor.NewFactory()},
		{core + "/processor/batchprocessor", batchprocessor.NewFactory()},
		{core + "/processor/memorylimiterprocessor", memorylimiterprocessor.NewFactory()},
	}); err != nil {
		return set, err
	}
	if set.Exporters, set.ExporterModules, err = register([]part[exporter.Factory]{
		{contrib + "/exporter/awss3exporter", awss3exporter.NewFactory()},
		{contrib + "/exporter/coralogixexporter", coralogixexporter.NewFactory()},
		{contrib + "/exporter/fileexporter", fileexporter.NewFactory()},
		{contrib + "/exporter/googlecloudexporter", googlecloudexporter.NewFactory()},
		{contrib + "/exporter/kafkaexporter", kafkaexporter.NewFactory()},
		{contrib + "/exporter/loadbalancingexporter", loadbalancingexporter.NewFactory()},
		{contrib + "/exporter/prometheusexporter", prometheusexporter.NewFactory()},
		{contrib + "/exporter/prometheusremotewriteexporter", prometheusremotewriteexporter.NewFactory()},
		{contrib + "/exporter/zipkinexporter", zipkinexporter.NewFactory()},
		{core + "/exporter/debugexporter", debugexporter.NewFactory()},
		{core + "/exporter/nopexporter", nopexporter.NewFactory()},
		{core + "/exporter/otlpexporter", otlpexporter.NewFactory()},
		{core + "/exporter/otlphttpexporter", otlphttpexporter.NewFactory()},
	}); err != nil {
		return set, err
	}
	if set.Connectors, set.ConnectorModules, err = register([]part[connector.Factory]{
		{contrib + "/connector/countconnector", countconnector.NewFactory()},
		{contrib + "/connector/servicegraphconnector", servicegraphconnector.NewFactory()},
		{contrib + "/connector/spanmetricsconnector", spanmetricsconnector.NewFactory()},
		{core + "/connector/forwardconnector", forwardconnector.NewFactory()},
	}); err != nil {
		return set, err
	}
	return set, nil
}
