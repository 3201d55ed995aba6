# watch.sh WORKDIR CAMPAIGN HOST: takes up an agent whose launch script has lost its listener. Holds the lease, and prints
# what the launch script would have printed of the agent's end.
home=$(folder_of "$1")/campaigns/$2/$3
cd "$home" 2>/dev/null || { echo "exit 255"; exit; }
exec 3<&0
cat <&3 >/dev/null 2>&1 &
lease=$!
remember "$lease" lease
exec 3<&-
if alive agent; then
  echo "agent $pid"
  while alive agent; do sleep 1; done
fi
kill "$lease" 2>/dev/null
tail -n 5 agent.log 2>/dev/null | cut -c1-300 | sed 's/^/log /'
echo "exit $(cat exit 2>/dev/null || echo 255)"
