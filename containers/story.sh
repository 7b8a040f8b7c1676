#!/bin/sh
# Tells what the server believes of anna and otto until anna has come back, and how that went.
set -eu

sessions() { curl -fsS --oauth2-bearer "$(cat /run/tslab/token)" http://127.0.0.1:9200/sessions | jq -c '[.[] | select(.user == "anna" or .user == "otto")]'; }

seconds=0
told=""
while [ $seconds -lt 180 ]; do
  now=$(sessions)
  states=$(echo "$now" | jq -r 'map("\(.user), session \(.session), \(.state), at \(.client)") | sort | join("; ")')
  if [ -n "$states" ] && { [ "$states" != "$told" ] || [ $((seconds % 5)) -eq 0 ]; }; then
    echo "$now" | jq -r 'sort_by(.user, .session)[]
      | "the server believes: \(.user) is \(.state) in session \(.session) at \(.client), idle \(.idleSeconds | floor) s"'
    told=$states
  fi
  if echo "$now" | jq -e 'any(.client == "WS-SPARE")' >/dev/null; then
    echo "$now" | jq -r 'map(select(.user == "anna")) | sort_by(.logonSeconds) | reverse
      | if length > 1 then
          "END: anna was kept out of session \(.[0].session), which the server still believes \(.[0].state), "
          + "and was given session \(.[1].session)"
        else
          "END: anna was given back session \(.[0].session), with the \(.[0].keystrokes) letters she had typed in it"
        end'
    exit 0
  fi
  sleep 1
  seconds=$((seconds + 1))
done
echo "END: anna did not come back within $seconds s" >&2
exit 1
