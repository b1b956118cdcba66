# A team's script for the command target: sh traffic.sh <act> [value]. It keeps what serves in a file.
stable='' candidate='' weight=0
[ -f traffic.state ] && . ./traffic.state
name() { if [ -n "$1" ]; then printf '"%s"' "$1"; else printf null; fi; }
keep() { printf "stable='%s' candidate='%s' weight=%s\n" "$1" "$2" "$3" > traffic.state; }
refuse() { echo "$1" >&2; exit 1; }
case $1 in
  read)
    ready=null
    [ -n "$candidate" ] && ready=true
    printf '{"stable": %s, "candidate": %s, "weight": %s, "ready": %s}\n' \
      "$(name "$stable")" "$(name "$candidate")" "$weight" "$ready"
    ;;
  deploy)
    if [ -z "$stable" ]; then keep "$2" '' 0
    elif [ "$stable" != "$2" ]; then keep "$stable" "$2" 0
    fi
    ;;
  set-weight)
    [ -n "$candidate" ] || [ "$2" = 0 ] || refuse 'there is no candidate'
    keep "$stable" "$candidate" "$2"
    ;;
  promote)
    [ "$candidate" = "$2" ] || [ "$stable" = "$2" ] || refuse "the candidate is $candidate"
    keep "$2" '' 0
    ;;
  restore) keep "$2" '' 0 ;;
  *) refuse "unknown act $1" ;;
esac
