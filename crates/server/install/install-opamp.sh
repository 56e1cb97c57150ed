#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes this Linux host a collector that LinkMesh manages: upstream's opampsupervisor and otelcol-contrib, a service for
# them, and the credential with which they join. `--help` lists the options, `--dry-run` shows what would be done,
# `--uninstall` takes everything away again. Everything is checked before anything is touched; what fails is undone.

# Filled in by the server that handed this script out.
default_server='@SERVER@'
default_token='@TOKEN@'
default_version='@COLLECTOR_VERSION@'
default_supervisor_version='@SUPERVISOR_VERSION@'
# The server's mirror, a file a line: kind, version, architecture, SHA-256, bytes, path.
mirrored='@MIRROR@'

upstream='https://github.com/open-telemetry/opentelemetry-collector-releases/releases/download'
service=opamp-supervisor
account=otelcol
# A server whose places are taken is asked this often again, after this many seconds each.
busy_tries=30 busy_pause=10

usage() {
  cat <<'HELP'
Usage: sh install-opamp.sh --token TOKEN [OPTION...]

Installs opampsupervisor and otelcol-contrib as the service opamp-supervisor and joins them to LinkMesh.

  --token TOKEN              enrollment token, from `linkmesh token create` or the web page (also LINKMESH_TOKEN)
  --token-file FILE          read the token from the first line of FILE (also LINKMESH_TOKEN_FILE)
  --server URL               address of LinkMesh (also LINKMESH_SERVER; default: the server that handed this script out)
  --ca-file FILE             certificate authority of the server, in PEM, where it is a private one
  --version VERSION          of otelcol-contrib (default: the tested one)
  --supervisor-version VERSION
                             of opampsupervisor (default: the tested one)
  --mirror auto|server|upstream|URL
                             where the programs come from: the server's mirror if it has both, else upstream (auto);
                             only the one or the other; or a copy of upstream's release folders at URL
  --label KEY=VALUE          say this about the host; may be repeated. It becomes the attribute linkmesh.KEY, which groups
                             can select as reported.linkmesh.KEY. A host's own words are claims: labels that grant
                             anything belong to the token (`linkmesh token create --label KEY=VALUE`)
  --run-as root              run as root instead of as the user otelcol, for what only root may read
  --no-start                 install and enable, but do not start
  --force                    take over a host that another server manages; replace its supervisor.yaml
  --root DIR                 install into the image below DIR instead of onto this host; nothing is started
  --arch amd64|arm64         architecture of the image (default: that of this host)
  --dry-run                  check everything, say what would be done, do nothing
  --uninstall                remove service, programs, configuration, data and user
  --help                     this text

Needs: root, systemd, curl or wget, sha256sum, tar. Through a proxy: set https_proxy and use `sudo -E`.
HELP
}

say() { printf '%s\n' "$*"; }
die() {
  printf 'install-opamp: %s\n' "$*" >&2
  exit 1
}
wrong_usage() {
  printf 'install-opamp: %s; --help lists the options\n' "$*" >&2
  exit 2
}
has() { command -v "$1" >/dev/null 2>&1; }

# --- reading the command line -------------------------------------------------------------------------------------------

read_options() {
  token=${LINKMESH_TOKEN:-} token_file=${LINKMESH_TOKEN_FILE:-} server=${LINKMESH_SERVER:-$default_server}
  version=$default_version supervisor_version=$default_supervisor_version
  mirror=auto labels='' run_as=$account root='' arch='' ca_file=''
  start=yes force='' dry_run='' uninstall=''
  while [ $# -gt 0 ]; do
    option=$1 value=''
    shift
    case $option in
      --*=*) value=${option#*=} option=${option%%=*} ;;
      --token | --token-file | --server | --ca-file | --version | --supervisor-version | --mirror | --label | --run-as | --root | --arch)
        [ $# -gt 0 ] || wrong_usage "$option needs a value"
        value=$1
        shift
        ;;
    esac
    case $option in
      --token) token=$value token_file='' ;;
      --token-file) token_file=$value token='' ;;
      --server) server=$value ;;
      --ca-file) ca_file=$value ;;
      --version) version=${value#v} ;;
      --supervisor-version) supervisor_version=${value#v} ;;
      --mirror) mirror=$value ;;
      --label) labels="$labels$value
" ;;
      --run-as) run_as=$value ;;
      --root) root=$value ;;
      --arch) arch=$value ;;
      --no-start) start='' ;;
      --force) force=yes ;;
      --dry-run) dry_run=yes ;;
      --uninstall) uninstall=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) wrong_usage "there is no option $option" ;;
    esac
  done
  if [ -z "$token$token_file" ]; then token=$default_token; fi
  check_values
}

check_values() {
  server=${server%/}
  case $server in
    '' | *[!]A-Za-z0-9:/._~%[-]*) wrong_usage "--server is no address such as https://linkmesh.example.com" ;;
    http://?* | https://?*) ;;
    *) wrong_usage "--server is no address such as https://linkmesh.example.com" ;;
  esac
  for one in "$version" "$supervisor_version"; do
    case $one in '' | *[!0-9A-Za-z.+~-]* | [!0-9]*) wrong_usage "a version looks like 0.158.0" ;; esac
  done
  mirror=${mirror%/}
  case $mirror in
    auto | server | upstream) ;;
    *[!]A-Za-z0-9:/._~%[-]*) wrong_usage "--mirror is auto, server, upstream or an address" ;;
    http://?* | https://?*) ;;
    *) wrong_usage "--mirror is auto, server, upstream or an address" ;;
  esac
  case $run_as in root | "$account") ;; *) wrong_usage "--run-as is root or $account" ;; esac
  case $arch in '' | amd64 | arm64) ;; *) wrong_usage "--arch is amd64 or arm64" ;; esac
  if [ -n "$arch" ] && [ -z "$root" ]; then wrong_usage "--arch is for images, with --root"; fi
  printf '%s' "$labels" | while IFS= read -r label; do
    key=${label%%=*} text=${label#*=}
    case $label in *=*) ;; *) exit 1 ;; esac
    case $key in '' | *[!A-Za-z0-9._/-]*) exit 1 ;; esac
    case $text in *[!A-Za-z0-9\ ._/:@+,=-]*) exit 1 ;; esac
    if [ ${#label} -gt 190 ]; then exit 1; fi
  done || wrong_usage "a label is KEY=VALUE, of letters, digits and . _ / - (in the value also spaces and : @ + , =)"
  if [ -n "$root" ]; then
    [ -d "$root" ] || die "there is no folder $root; --root names an existing one"
    root=$(cd "$root" && pwd) || die "the folder $root cannot be entered"
    [ "$root" != / ] || root=''
  fi
  if [ -n "$ca_file" ] && [ ! -r "$ca_file" ]; then die "the file $ca_file of --ca-file cannot be read"; fi
  image=$root
  # For tests: below this folder instead of below /, but as on a live host.
  if [ -n "${LINKMESH_INSTALL_TEST_ROOT:-}" ]; then root=$LINKMESH_INSTALL_TEST_ROOT image=''; fi
  bin=$root/usr/local/bin etc=$root/etc/otelcol-supervisor data=$root/var/lib/otelcol-supervisor
  config=$etc/supervisor.yaml record=$etc/installed authority=$etc/ca.pem
  units=$root/etc/systemd/system
  unit=$units/$service.service wanted=$units/multi-user.target.wants/$service.service
  sysusers=$root/usr/lib/sysusers.d/linkmesh-collector.conf tmpfiles=$root/usr/lib/tmpfiles.d/linkmesh-collector.conf
}

read_token() {
  if [ -n "$token_file" ]; then
    [ -r "$token_file" ] || die "the token file $token_file cannot be read"
    IFS= read -r token <"$token_file" || [ -n "$token" ] || die "the token file $token_file is empty"
    token=${token%"$(printf '\r')"}
  fi
  case $token in
    '') return 0 ;;
    lmenr_*) ;;
    *) die "this is no enrollment token (they begin with lmenr_); make one with \`linkmesh token create\`" ;;
  esac
  case $token in *[!A-Za-z0-9_-]*) die "the token has characters that no token has; copy it again" ;; esac
  [ ${#token} -le 128 ] || die "the token is too long to be one; copy it again"
}

# --- checks: nothing is touched before all of them hold -----------------------------------------------------------------

check_host() {
  [ "$(uname -s)" = Linux ] || die "this is $(uname -s); the script is for Linux"
  machine=$(uname -m)
  if [ -z "$arch" ]; then
    case $machine in
      x86_64 | amd64) arch=amd64 ;;
      aarch64 | arm64) arch=arm64 ;;
      *) die "this host is $machine; upstream's programs are installed here for amd64 and arm64 only" ;;
    esac
  fi
  if [ -z "$image$dry_run${LINKMESH_INSTALL_TEST_ROOT:-}" ] && [ "$(id -u)" -ne 0 ]; then
    die "this needs root; run it with sudo, as in: curl -fsSL $server/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token TOKEN"
  fi
  if [ -z "$image" ] && { [ ! -d "$root/run/systemd/system" ] || ! has systemctl; }; then
    die "systemd does not run here; start opampsupervisor by the means of this host, with the file that $server/api/v1/downloads/opamp-bootstrap-config.yaml hands out"
  fi
  for tool in mktemp sed awk tar df; do
    has "$tool" || die "the program $tool is missing; install it and run this again"
  done
  has sha256sum || has shasum || has openssl || die "none of sha256sum, shasum and openssl is here; install one and run this again"
}

choose_fetcher() {
  if has curl; then
    fetcher=curl
  elif ! has wget; then
    die "neither curl nor wget is here; install one and run this again"
  elif wget --version 2>/dev/null | grep -q GNU; then
    fetcher=wget
  else
    fetcher=small_wget
  fi
}

# fetch URL FILE [TOKEN]: true when there is an answer, whose status is then in $status; else $reason says why.
fetch() {
  url=$1 into=$2 bearer=${3:-} status=000 reason='' code=0
  # A private authority vouches for the server, and for nobody else.
  trusted=''
  case $url in
    "$server"/*) trusted=${ca_file:-$known_authority} ;;
  esac
  case $fetcher in
    curl)
      if [ -n "$bearer" ]; then
        # Not on the command line, where every user of the host could read it.
        printf 'header = "Authorization: Bearer %s"\n' "$bearer" >"$work/curl.conf"
        set -- --config "$work/curl.conf"
      else
        set -- --location
      fi
      status=$(curl --silent --show-error --proto '=http,https' "$@" ${trusted:+--cacert "$trusted"} --connect-timeout 10 --retry 3 \
        --speed-limit 1 --speed-time 60 --output "$into" --write-out '%{http_code}' "$url" 2>"$work/said") || code=$?
      case $code in
        0) ;;
        5) reason="the proxy's name is not known here; check https_proxy" ;;
        6) reason="its name is not known here; check the address and the DNS of this host" ;;
        7) reason="nobody answers there; check the address, the port and the firewalls between" ;;
        18 | 56 | 92) reason="the connection broke off; try again" ;;
        23) reason="the file could not be written; is the disk full?" ;;
        12[89] | 1[3-9]?) reason="it was ended from outside while it wrote; is the disk full?" ;;
        28) reason="it does not answer in time; check the address and the firewalls between" ;;
        35 | 51 | 60 | 77) reason="its certificate is not trusted here; give the certificate of its authority with --ca-file FILE" ;;
        *) reason="curl failed with $code: $(tail -n 1 "$work/said")" ;;
      esac
      ;;
    wget)
      : >"$work/wgetrc"
      if [ -n "$bearer" ]; then printf 'header = Authorization: Bearer %s\nmax_redirect = 0\n' "$bearer" >"$work/wgetrc"; fi
      # The second name is that of wget 2.
      WGETRC=$work/wgetrc WGET2RC=$work/wgetrc wget --no-verbose --server-response --content-on-error ${trusted:+--ca-certificate="$trusted"} --tries=3 \
        --timeout=60 --connect-timeout=10 --output-document="$into" "$url" 2>"$work/said" || code=$?
      wget_reason
      ;;
    small_wget)
      case $url in https:*) die "this wget does not check certificates; install curl and run this again" ;; esac
      # It takes a header from its command line only; the token stood on that of this script as well.
      wget -S -O "$into" ${bearer:+--header "Authorization: Bearer $bearer"} "$url" 2>"$work/said" || code=$?
      wget_reason
      ;;
  esac
  [ -z "$reason" ]
}

wget_reason() {
  status=$(sed -n 's/.*HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$work/said" | tail -n 1)
  status=${status:-000}
  if [ "$code" -eq 0 ] || [ "$status" -ge 400 ]; then return 0; fi
  case $code:$(cat "$work/said") in
    3:*) reason="the file could not be written; is the disk full?" ;;
    5:*) reason="its certificate is not trusted here; give the certificate of its authority with --ca-file FILE" ;;
    *refused*) reason="nobody answers there; check the address, the port and the firewalls between" ;;
    *resolve* | *'bad address'*) reason="its name is not known here; check the address and the DNS of this host" ;;
    *'timed out'*) reason="it does not answer in time; check the address and the firewalls between" ;;
    *prematurely* | *reset*) reason="the connection broke off; try again" ;;
    *) reason="wget failed with $code: $(tail -n 1 "$work/said")" ;;
  esac
}

# The text of `detail` in a refusal of the server.
detail_of() { sed -n 's/.*"detail":"\([^"]*\)".*/\1/p' "$1" 2>/dev/null | head -n 1 | tr -d '[:cntrl:]' | cut -c 1-300; }

endpoint_of() { sed -n 's/^ *endpoint: *"\{0,1\}\([^"]*\)"\{0,1\} *$/\1/p' "$1" | head -n 1; }

# What is here already: another server's installation, or an earlier one of ours with a credential that still holds.
look_around() {
  case $server in
    https://*) endpoint=wss://${server#https://}/v1/opamp ;;
    *) endpoint=ws://${server#http://}/v1/opamp ;;
  esac
  held='' keep_config='' known_authority=''
  [ -e "$config" ] || return 0
  [ -r "$config" ] || die "the file $config cannot be read; run this as root"
  present=$(endpoint_of "$config")
  if [ "$present" != "$endpoint" ]; then
    [ -n "$force" ] || die "this host is managed by ${present:-somebody else} ($config); nothing was changed; --force takes it over"
    return 0
  fi
  if [ -r "$authority" ]; then known_authority=$authority; fi
  held=$(sed -n 's/^ *Authorization: *"\{0,1\}Bearer \([A-Za-z0-9_-]*\)"\{0,1\} *$/\1/p' "$config" | head -n 1)
}

check_token() {
  if [ -n "$held" ] && [ -z "$force" ]; then
    asked=$held
    ask_about "$held" any
    if [ "$status" = 204 ]; then
      # This host is enrolled: its credential stays, and what people wrote into the file stays as well.
      if [ -n "$token" ] && [ "$token" != "$held" ]; then say "this host is enrolled already; the token was not used"; fi
      token=$held
      if says_already; then keep_config=yes; fi
      return 0
    fi
  fi
  if [ -n "$held" ] && [ -z "$force$token" ]; then
    why=$(detail_of "$work/answer")
    case $status in
      401) die "the credential of this host was refused: ${why:-it is not known or was revoked}; make a token with \`linkmesh token create --for ID\` and pass it with --token" ;;
      *) die "$server answers $status and not as LinkMesh does; check --server and any proxy in between" ;;
    esac
  fi
  [ -n "$token" ] || die "no token was given; make one with \`linkmesh token create\` and pass it with --token"
  asked=new
  # A host that has an identity may come back with its own token.
  if [ -d "$data" ]; then asked=any; fi
  ask_about "$token" "$asked"
  case $status in
    204) ;;
    401)
      why=$(detail_of "$work/answer")
      die "the token was refused: ${why:-it is wrong, expired, used up or revoked; make a new one with \`linkmesh token create\`}"
      ;;
    *) die "$server answers $status and not as LinkMesh does; check --server and any proxy in between" ;;
  esac
}

# Whether the file that is here says already what the options ask for. Else it is written anew.
says_already() {
  [ -z "$ca_file" ] || grep -q '^    ca_file:' "$config" || return 1
  label_lines >"$work/lines"
  while IFS= read -r line; do
    grep -qxF -e "$line" "$config" || return 1
  done <"$work/lines"
}

# The labels as lines of the supervisor's file.
label_lines() {
  printf '%s' "$labels" | awk '{
    at = index($0, "="); key = substr($0, 1, at - 1); text = substr($0, at + 1)
    if (key !~ /^linkmesh\./) key = "linkmesh." key
    printf "      %s: \"%s\"\n", key, text
  }'
}

ask_about() {
  fetch "$server/api/v1/enrollment-tokens/check?host=$2" "$work/answer" "$1" || die "$server cannot be reached: $reason"
}

# --- where the programs come from ---------------------------------------------------------------------------------------

mirror_line() { printf '%s\n' "$mirrored" | awk -v k="$1" -v v="$2" -v a="$arch" '$1 == k && $2 == v && $3 == a { print $4, $5, $6; exit }'; }

# Sets for both programs where they are and which SHA-256 they must have.
choose_source() {
  collector_line=$(mirror_line otelcol-contrib "$version")
  supervisor_line=$(mirror_line opampsupervisor "$supervisor_version")
  base=$upstream
  case $mirror in
    auto) from=upstream; if [ -n "$collector_line" ] && [ -n "$supervisor_line" ]; then from=server; fi ;;
    server | upstream) from=$mirror ;;
    *) from=upstream base=$mirror ;;
  esac
  if [ "$from" = server ]; then
    [ -n "$collector_line" ] || die "the mirror of $server has no otelcol-contrib $version for $arch; add it with \`linkmesh mirror add\`"
    [ -n "$supervisor_line" ] || die "the mirror of $server has no opampsupervisor $supervisor_version for $arch; add it with \`linkmesh mirror add\`"
    from_words="the mirror of $server"
    collector_url=$server${collector_line##* } collector_sum=${collector_line%% *}
    supervisor_url=$server${supervisor_line##* } supervisor_sum=${supervisor_line%% *}
    return 0
  fi
  from_words=$base
  name=otelcol-contrib_${version}_linux_$arch.tar.gz
  collector_url=$base/v$version/$name
  published_sum "$base/v$version" "$name" opentelemetry-collector-releases_otelcol-contrib_checksums.txt
  collector_sum=$sum
  name=opampsupervisor_${supervisor_version}_linux_$arch
  supervisor_url=$base/cmd%2Fopampsupervisor%2Fv$supervisor_version/$name
  published_sum "$base/cmd%2Fopampsupervisor%2Fv$supervisor_version" "$name" checksums.txt
  supervisor_sum=$sum
}

# published_sum FOLDER NAME LIST: the SHA-256 that upstream publishes for NAME, in a file of its own since 0.158.0, before
# that in a list for the whole release.
published_sum() {
  sum=''
  for list in "$2.sha256" "$3"; do
    fetch "$1/$list" "$work/sums" || die "$base cannot be reached: $reason; for a site without internet, an operator adds both programs with \`linkmesh mirror add\`"
    [ "$status" = 200 ] || continue
    sum=$(awk -v n="$2" '(NF == 1 && FNR == 1) || $2 == n || $2 == "*" n { print tolower($1); exit }' "$work/sums")
    [ ${#sum} -eq 64 ] || sum=''
    case $sum in *[!0-9a-f]*) sum='' ;; esac
    [ -z "$sum" ] || return 0
  done
  die "$base publishes no checksum of $2; check --version and --supervisor-version"
}

sha256() {
  if has sha256sum; then sha256sum "$1"; elif has shasum; then shasum -a 256 "$1"; else openssl dgst -sha256 -r "$1"; fi | cut -d ' ' -f 1
}

# recorded PROGRAM: the line that an earlier run left about it.
recorded() { awk -v p="/usr/local/bin/$1" '$1 == "file" && $3 == p { print $2, $4; exit }' "$record" 2>/dev/null || :; }

# is_here PROGRAM SUM: whether an earlier run installed exactly this, and nobody changed it since.
is_here() {
  [ -f "$bin/$1" ] || return 1
  line=$(recorded "$1")
  [ "${line#* }" = "$2" ] && [ "$(sha256 "$bin/$1")" = "${line%% *}" ]
}

what_is_new() {
  new_collector=yes new_supervisor=yes
  if is_here otelcol-contrib "$collector_sum"; then new_collector=''; fi
  if is_here opampsupervisor "$supervisor_sum"; then new_supervisor=''; fi
  # An archive of about 100 MB becomes a program of about 400 MB.
  needed=0
  if [ -n "$new_collector" ]; then needed=550000; fi
  if [ -n "$new_supervisor" ]; then needed=$((needed + 50000)); fi
  place=$bin
  while [ ! -d "$place" ]; do place=${place%/*}; [ -n "$place" ] || place=/; done
  free=$(df -Pk "$place" | awk 'NR == 2 { print $4 }')
  case $free in '' | *[!0-9]*) free=$needed ;; esac
  [ "$free" -ge "$needed" ] || die "$place has $((free / 1024)) MB free, and $((needed / 1024)) MB are needed; free some space and run this again"
}

# --- downloading, beside the target -------------------------------------------------------------------------------------

# get PROGRAM URL SUM: leaves the checked program at $stage/PROGRAM.
get() {
  say "fetching $2"
  again=$busy_tries
  while :; do
    fetch "$2" "$stage/fetched" "$([ "$from" = server ] && printf '%s' "$token")" || die "$2 could not be fetched: $reason; nothing was changed"
    if [ "$status" != 503 ] || [ "$again" -eq 0 ]; then break; fi
    [ "$again" -lt "$busy_tries" ] || say "the server is busy with other hosts; waiting"
    again=$((again - 1))
    sleep "$busy_pause"
  done
  [ "$status" != 503 ] || die "$2 could not be fetched: the server is busy with other hosts; nothing was changed; run this again in a minute"
  [ "$status" = 200 ] || die "$2 could not be fetched: the answer was $status; nothing was changed"
  found=$(sha256 "$stage/fetched")
  [ "$found" = "$3" ] || die "$2 has the SHA-256 $found and not $3; nothing was changed; try again, and if it stays so, tell whoever runs that server"
  case $2 in
    *.tar.gz | *.tgz)
      unpack "$1" ||
        die "the program $1 could not be unpacked from $2 ($(head -n 1 "$work/said")); nothing was changed; is the disk full?"
      rm -rf "$stage/unpacked"
      ;;
    *) mv "$stage/fetched" "$stage/$1" || die "the program $1 could not be stored; nothing was changed" ;;
  esac
  chmod 755 "$stage/$1"
  [ -z "$image" ] || return 0
  ran=0
  "$stage/$1" --help >/dev/null 2>"$work/said" || ran=$?
  # What it answers is its own affair; that it cannot be run at all is ours.
  [ "$ran" -lt 126 ] || die "the program $1 does not run on this host ($(tail -n 1 "$work/said")); nothing was changed"
}

unpack() {
  mkdir "$stage/unpacked" || return 1
  tar -xzof "$stage/fetched" -C "$stage/unpacked" "$1" 2>"$work/said" || return 1
  mv "$stage/unpacked/$1" "$stage/$1" && rm -f "$stage/fetched"
}

# The supervisor's file, from the server, with this host's words.
get_config() {
  fetch "$server/api/v1/downloads/opamp-bootstrap-config.yaml" "$work/bootstrap" "$token" || die "$server cannot be reached: $reason; nothing was changed"
  [ "$status" = 200 ] || die "$server answers $status for opamp-bootstrap-config.yaml; nothing was changed"
  described=$(label_lines | awk '{ printf "%s\\n", $0 }')
  awk -v endpoint="$endpoint" -v described="$described" -v authority="$ca_file" '
    /^  endpoint: / { print "  endpoint: \"" endpoint "\""; next }
    described != "" && /^  # description:/ { print "  description:\n    non_identifying_attributes:\n" substr(described, 1, length(described) - 1); skip = 2; next }
    authority != "" && /^  # tls:/ { print "  tls:"; next }
    authority != "" && /^  #   ca_file:/ { sub(/#   /, "  "); print; next }
    skip > 0 && /^  # / { skip--; next }
    { skip = 0; print }
  ' "$work/bootstrap" >"$work/supervisor.yaml" || die "the supervisor's file could not be written; nothing was changed"
  grep -q "Bearer $token" "$work/supervisor.yaml" || die "$server did not fill the token in; nothing was changed; is it of another version than this script?"
  if [ -n "$labels" ] && ! grep -q '^    non_identifying_attributes:' "$work/supervisor.yaml"; then
    die "$server has no place for labels in its file; nothing was changed; is it of another version than this script?"
  fi
  if [ -n "$ca_file" ] && ! grep -q '^    ca_file:' "$work/supervisor.yaml"; then
    die "$server has no place for a certificate authority in its file; nothing was changed; is it of another version than this script?"
  fi
}

write_unit() {
  user_lines="User=$account
Group=$account
AmbientCapabilities=CAP_DAC_READ_SEARCH CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_NET_BIND_SERVICE
NoNewPrivileges=yes"
  if [ "$run_as" = root ]; then user_lines='# Runs as root, as --run-as root asked for.'; fi
  trust_line=''
  # The collector sends its own metrics to the server as well. System authorities stay trusted.
  if [ -n "$ca_file$known_authority" ]; then trust_line='Environment=SSL_CERT_FILE=/etc/otelcol-supervisor/ca.pem'; fi
  cat >"$work/unit" <<UNIT
# Written by LinkMesh's install-opamp.sh, which replaces it. Own settings: systemctl edit $service
[Unit]
Description=OpenTelemetry OpAMP Supervisor (LinkMesh-managed otelcol-contrib)
After=network-online.target
Wants=network-online.target

[Service]
Type=simple
ExecStart=/usr/local/bin/opampsupervisor --config /etc/otelcol-supervisor/supervisor.yaml
Restart=always
RestartSec=5
# The supervisor ends its collector itself, in order.
KillMode=mixed
TimeoutStopSec=30
StateDirectory=otelcol-supervisor
StateDirectoryMode=0750
WorkingDirectory=/var/lib/otelcol-supervisor
LimitNOFILE=65536
$trust_line
$user_lines

# What a collector can bear: it reads the whole host and writes where it is told, but changes no system.
ProtectSystem=full
ProtectHome=read-only
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
UNIT
}

# --- installing: from here on every step is noted first, and undone if a later one fails --------------------------------

note() { printf '%s\n' "$*" >>"$work/undo" || die "the disk of ${TMPDIR:-/tmp} is full; nothing was changed"; }

folder() {
  [ ! -d "$1" ] || return 0
  folder "${1%/*}"
  note "folder $1"
  mkdir "$1" || die "the folder $1 could not be made; nothing was changed"
  chmod 755 "$1"
}

# put FILE TARGET MODE OWNER: FILE takes TARGET's place in one step.
put() {
  if [ -f "$2" ] && cmp -s "$1" "$2"; then
    suits "$2" "$3" "$4"
    return 0
  fi
  changed=yes
  next=$2.linkmesh-new
  if [ -e "$2" ]; then
    kept=$((kept + 1))
    { ln "$2" "$stage/old.$kept" 2>/dev/null || cp -p "$2" "$stage/old.$kept"; } || die "no copy of $2 could be kept; nothing was changed; is the disk full?"
    note "restore $kept $2"
  else
    note "remove $2"
  fi
  note "remove $next"
  place "$1" "$2" "$3" "$4" || die "the file $2 could not be written; nothing was changed; is the disk full?"
}

# suits FILE MODE OWNER: a file that stays gets the mode and the owner that it should have.
suits() {
  were=''
  if has stat; then were=$(stat -c '%a %U:%G %u:%g' "$1" 2>/dev/null) || were=''; fi
  case $were in "$2 $3 "*) return 0 ;; esac
  if [ -z "$3" ] && [ "${were%% *}" = "$2" ]; then return 0; fi
  [ -z "$were" ] || note "owner ${were##* } ${were%% *} $1"
  chmod "$2" "$1" || die "the mode of $1 could not be set; nothing was changed"
  [ -z "$3" ] || chown "$3" "$1" || die "the file $1 could not be handed to ${3%%:*}; nothing was changed"
}

place() {
  if [ "${1%/*}" = "$stage" ]; then
    mv "$1" "$next" || return 1
  else
    (umask 077 && cp "$1" "$next") || return 1
  fi
  chmod "$3" "$next" || return 1
  [ -z "$4" ] || chown "$4" "$next" || return 1
  mv -f "$next" "$2"
}

make_account() {
  [ "$run_as" = "$account" ] && [ -z "$image" ] || return 0
  if ! id -u "$account" >/dev/null 2>&1; then
    note "account"
    made_account=yes
    useradd --system --user-group --no-create-home --home-dir /var/lib/otelcol-supervisor --shell /usr/sbin/nologin "$account" </dev/null ||
      die "the user $account could not be made; nothing was changed"
  fi
  for group in adm systemd-journal; do
    if grep -q "^$group:" /etc/group && ! id -nG "$account" 2>/dev/null | tr ' ' '\n' | grep -qx "$group"; then
      [ -n "$made_account" ] || note "group $group"
      usermod --append --groups "$group" "$account" </dev/null || die "the user $account could not be put into the group $group; nothing was changed"
    fi
  done
}

install_files() {
  changed='' kept=0 made_account='' replaced=''
  owner='' system=''
  if [ -z "$image" ]; then
    owner=root:root system=root:root
    if [ "$run_as" = "$account" ]; then owner=$account:$account; fi
  fi
  make_account
  folder "$etc"
  folder "$units"
  if [ -z "$image" ] && [ ! -d "$data" ]; then
    folder "$data"
    chmod 750 "$data"
    chown "$owner" "$data" || die "the folder $data could not be handed to $run_as; nothing was changed"
  fi
  write_record
  for program in otelcol-contrib opampsupervisor; do
    if [ -e "$stage/$program" ]; then
      put "$stage/$program" "$bin/$program" 755 "$system"
    else
      suits "$bin/$program" 755 "$system"
    fi
  done
  if [ -n "$ca_file" ]; then put "$ca_file" "$authority" 644 "$system"; fi
  write_unit
  if [ -z "$keep_config" ]; then
    if [ -f "$config" ] && ! cmp -s "$work/supervisor.yaml" "$config"; then
      replaced=yes
      put "$config" "$config.before" 600 "$owner"
    fi
    put "$work/supervisor.yaml" "$config" 600 "$owner"
  else
    suits "$config" 600 "$owner"
  fi
  put "$work/unit" "$unit" 644 "$system"
  put "$work/record" "$record" 644 "$system"
  if [ -n "$image" ]; then finish_image; fi
  if [ -z "$image" ] && has restorecon; then restorecon "$bin/otelcol-contrib" "$bin/opampsupervisor" "$config" "$unit" 2>/dev/null || :; fi
}

write_record() {
  {
    say "# Written by install-opamp.sh, read by its --uninstall."
    say "server $server"
    for program in otelcol-contrib opampsupervisor; do
      case $program in
        otelcol-contrib) is_new=$new_collector source_sum=$collector_sum ;;
        *) is_new=$new_supervisor source_sum=$supervisor_sum ;;
      esac
      own_sum=$(recorded "$program")
      own_sum=${own_sum%% *}
      if [ -n "$is_new" ]; then own_sum=$(sha256 "$stage/$program"); fi
      say "file $own_sum /usr/local/bin/$program $source_sum"
    done
    if [ -n "$made_account" ] || grep -qs "^user $account\$" "$record"; then say "user $account"; fi
  } >"$work/record" || die "the disk of ${TMPDIR:-/tmp} is full; nothing was changed"
}

# An image has no users of its own yet and no running systemd: both are told what to do at its first start.
finish_image() {
  folder "${wanted%/*}"
  if [ "$run_as" = "$account" ]; then
    folder "${sysusers%/*}"
    folder "${tmpfiles%/*}"
    cat >"$work/sysusers" <<USERS
u $account - "OpenTelemetry Collector" /var/lib/otelcol-supervisor
m $account adm
m $account systemd-journal
USERS
    printf 'z /etc/otelcol-supervisor/supervisor.yaml 0600 %s %s -\n' "$account" "$account" >"$work/tmpfiles"
    put "$work/sysusers" "$sysusers" 644 ''
    put "$work/tmpfiles" "$tmpfiles" 644 ''
  fi
  if [ ! -e "$wanted" ] && [ ! -h "$wanted" ]; then
    note "remove $wanted"
    ln -s "/etc/systemd/system/$service.service" "$wanted" || die "the service could not be enabled in the image; nothing was changed"
  fi
}

start_service() {
  [ -z "$image" ] || return 0
  was_active='' was_enabled=''
  if systemctl is-active --quiet "$service" 2>/dev/null </dev/null; then was_active=yes; fi
  if systemctl is-enabled --quiet "$service" 2>/dev/null </dev/null; then was_enabled=yes; fi
  note "service $was_active"
  systemctl daemon-reload </dev/null || die "systemd did not take the service; nothing was changed"
  [ -n "$was_enabled" ] || note "disable"
  systemctl enable --quiet "$service" </dev/null || die "the service $service could not be enabled; nothing was changed"
  if [ -n "$start" ] && { [ -n "$changed" ] || [ -z "$was_active" ]; }; then
    comes_up || die "the service $service did not start, so everything was undone; \`journalctl -u $service\` says why"
  fi
}

comes_up() {
  systemctl restart "$service" </dev/null || return 1
  sleep 2
  systemctl is-active --quiet "$service" </dev/null
}

# shellcheck disable=SC2317  # the trap calls it
undo() {
  [ -s "$work/undo" ] || return 0
  after=''
  sed '1!G;h;$!d' "$work/undo" >"$work/steps"
  while IFS= read -r step; do
    rest=${step#* }
    case $step in
      disable) systemctl disable --now --quiet "$service" </dev/null || : ;;
      service*) after="${step#service}" after="reload$after" ;;
      # Where the step itself never happened, both are one file still.
      restore*) cmp -s "$stage/old.${rest%% *}" "${rest#* }" || mv -f "$stage/old.${rest%% *}" "${rest#* }" ;;
      remove*) rm -f "$rest" ;;
      folder*) ;;
      owner*)
        path=${rest#* } mode=${path%% *} path=${path#* }
        chown "${rest%% *}" "$path" || :
        chmod "$mode" "$path" || :
        ;;
      account) userdel "$account" </dev/null || : ;;
      group*) gpasswd --delete "$account" "$rest" </dev/null >/dev/null || : ;;
    esac
  done <"$work/steps"
  case $after in reload*) systemctl daemon-reload </dev/null || : ;; esac
  case $after in 'reload yes') systemctl restart "$service" </dev/null || : ;; esac
  [ -z "$stage" ] || rm -rf "$stage"
  sed -n 's/^folder //p' "$work/steps" | while IFS= read -r made; do
    # What the service may have left in its own folder goes with it.
    if [ "$made" = "$data" ]; then rm -rf "$made"; else rmdir "$made"; fi
  done
}

# shellcheck disable=SC2317  # the trap calls it
finish() {
  code=$1
  trap - EXIT
  trap '' INT TERM HUP
  if [ -n "$work" ]; then
    [ -n "$done" ] || undo
    rm -rf "$work"
  fi
  [ -z "$stage" ] || rm -rf "$stage"
  exit "$code"
}

# --- taking it away -----------------------------------------------------------------------------------------------------

remove_all() {
  if [ ! -e "$record" ]; then
    if [ -e "$config" ] || [ -e "$unit" ]; then die "this installation was not made by this script ($record is missing); remove it by hand"; fi
    say "nothing is installed here"
    return 0
  fi
  if [ -n "$dry_run" ]; then
    say "would stop and remove the service $service, its programs, $etc and $data"
    return 0
  fi
  if [ -z "$image" ] && has systemctl; then
    systemctl disable --now --quiet "$service" </dev/null || :
  fi
  rm -f "$unit" "$wanted"
  if [ -z "$image" ] && has systemctl; then systemctl daemon-reload </dev/null || :; fi
  while read -r word own_sum path _; do
    if [ "$word" != file ] || [ ! -e "$root$path" ]; then continue; fi
    if [ "$(sha256 "$root$path")" = "$own_sum" ]; then
      rm -f "$root$path"
    else
      say "left $root$path, which was changed after it was installed"
    fi
  done <"$record"
  remove_account=''
  if grep -q "^user $account\$" "$record"; then remove_account=yes; fi
  rm -f "$sysusers" "$tmpfiles"
  rm -rf "$etc" "$data"
  if [ -n "$remove_account" ] && [ -z "$image" ]; then userdel "$account" </dev/null || say "the user $account could not be removed"; fi
  say "removed; the page of this host stays in LinkMesh until somebody archives or removes it: linkmesh archive ID, linkmesh delete collectors"
}

# --- the whole ----------------------------------------------------------------------------------------------------------

say_plan() {
  say "would join this host to $server ($endpoint)"
  if [ -n "$new_collector" ]; then say "would install otelcol-contrib $version for $arch from $collector_url"; else say "would leave otelcol-contrib $version as it is"; fi
  if [ -n "$new_supervisor" ]; then say "would install opampsupervisor $supervisor_version for $arch from $supervisor_url"; else say "would leave opampsupervisor $supervisor_version as it is"; fi
  if [ -n "$keep_config" ]; then say "would leave $config as it is"; else say "would write $config"; fi
  say "would write $unit, running as $run_as"
  if [ -n "$image" ]; then say "would enable $service in the image"; elif [ -n "$start" ]; then say "would enable and start $service"; else say "would enable $service and not start it"; fi
}

main() {
  umask 022
  LC_ALL=C
  export LC_ALL
  work='' stage='' done=''
  set -u
  read_options "$@"
  if [ -n "$uninstall" ]; then
    if [ -z "$image$dry_run${LINKMESH_INSTALL_TEST_ROOT:-}" ] && [ "$(id -u)" -ne 0 ]; then die "this needs root; run it with sudo"; fi
    remove_all
    return 0
  fi
  read_token
  check_host
  choose_fetcher
  trap 'finish $?' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  work=$(mktemp -d "${TMPDIR:-/tmp}/linkmesh-install.XXXXXX") || die "no temporary folder could be made in ${TMPDIR:-/tmp}; is the disk full?"
  chmod 700 "$work"
  look_around
  check_token
  choose_source
  what_is_new
  if [ -n "$dry_run" ]; then
    say_plan
    done=yes
    return 0
  fi
  [ -n "$keep_config" ] || get_config
  folder "$bin"
  stage=$(mktemp -d "$bin/.linkmesh-install.XXXXXX") || die "no temporary folder could be made in $bin; nothing was changed; is the disk full?"
  if [ -n "$new_collector" ]; then get otelcol-contrib "$collector_url" "$collector_sum"; fi
  if [ -n "$new_supervisor" ]; then get opampsupervisor "$supervisor_url" "$supervisor_sum"; fi
  install_files
  start_service
  done=yes
  if [ -n "$changed" ]; then
    say "installed otelcol-contrib $version and opampsupervisor $supervisor_version from $from_words"
  else
    say "otelcol-contrib $version and opampsupervisor $supervisor_version are installed already; nothing had to be changed"
  fi
  if [ -n "$replaced" ]; then say "$config was written anew; as it was before it is $config.before"; fi
  if [ -n "$image" ]; then
    say "the image joins $server at its first start"
  elif [ -z "$start" ]; then
    say "start it with: systemctl start $service"
  else
    say "this host appears at $server within 30 seconds; its log: journalctl -u $service -f"
  fi
}

# Read as one piece and on the last line, so that half a download does nothing at all.
{ main "$@" </dev/null; exit $?; }
