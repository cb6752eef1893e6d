{{- define "verify-gateway.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 58 | trimSuffix "-" -}}
{{- end -}}

{{/* Five characters short of the 63 that a Service may have: the headless one appends "-grpc". */}}
{{- define "verify-gateway.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 58 | trimSuffix "-" -}}
{{- end -}}

{{- define "verify-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "verify-gateway.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* The chart's own win over commonLabels, so that selectors keep finding what they select. */}}
{{- define "verify-gateway.labels" -}}
{{- $own := include "verify-gateway.selectorLabels" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/version" .Chart.AppVersion -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- merge $own .Values.commonLabels | toYaml -}}
{{- end -}}

{{- define "verify-gateway.image" -}}
{{- with .Values.image.registry }}{{ . }}/{{ end }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* Numbers of values files are floating: 1000000 would be written 1e+06. */}}
{{- define "verify-gateway.setting" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{- define "verify-gateway.secretsFolder" -}}/etc/verify-gateway/secrets/redis{{- end -}}

{{/* Sleeping before the stop without a shell in the image: on by default from Kubernetes 1.30 on; before, the API server refuses it. */}}
{{- define "verify-gateway.preStopSleepSeconds" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version }}{{ int .Values.preStopSleepSeconds }}{{ else }}0{{ end -}}
{{- end -}}

{{/* What the schema cannot say, or cannot say so that one knows what to do. */}}
{{- define "verify-gateway.refuse" -}}
{{- if gt (int .Values.replicaCount) 1 -}}
{{- fail (printf "replicaCount is %d, but the store is one SQLite file, which several cannot share: set replicaCount to 1." (int .Values.replicaCount)) -}}
{{- end -}}
{{- $stop := add (include "verify-gateway.preStopSleepSeconds" . | int) (int .Values.stopWithinSeconds) -}}
{{- if le (int64 .Values.terminationGracePeriodSeconds) $stop -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, but stopping takes up to %d seconds (preStopSleepSeconds and stopWithinSeconds): set it to more, or calls under way are cut off." (int .Values.terminationGracePeriodSeconds) $stop) -}}
{{- end -}}
{{- if eq (int .Values.grpc.port) (int .Values.ops.port) -}}
{{- fail (printf "grpc.port and ops.port are both %d: each needs a port of its own." (int .Values.grpc.port)) -}}
{{- end -}}
{{- if eq (int .Values.service.grpcPort) (int .Values.service.opsPort) -}}
{{- fail (printf "service.grpcPort and service.opsPort are both %d: each needs a port of its own." (int .Values.service.grpcPort)) -}}
{{- end -}}
{{- if and .Values.redis.existingSecret (not .Values.redis.endpoints) -}}
{{- fail "redis.existingSecret is set and redis.endpoints is empty: say where Redis is, or leave the Secret out." -}}
{{- end -}}
{{- if contains "password=" (lower .Values.redis.endpoints) -}}
{{- fail "redis.endpoints holds a password: put it into a Secret and name that with redis.existingSecret." -}}
{{- end -}}
{{- end -}}
