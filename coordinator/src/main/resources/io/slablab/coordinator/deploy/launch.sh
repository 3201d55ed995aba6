# launch.sh WORKDIR CAMPAIGN HOST COMMAND...: starts an agent that outlives this script, and tells its end to who listens.
#
#   WORKDIR/campaigns/CAMPAIGN/HOST/agent      record of the agent
#                                  /lease      record of a process that lives as long as somebody holds this script's
#                                              input: the agent has a coordinator
#                                  /agent.log  what it says
#                                  /exit       its exit code, once it ended with this script alive
#
# First makes way: of the agents that live in WORKDIR, stops those of this campaign and host and those that have no
# coordinator, and says 'stopped PID CAMPAIGN/HOST'. One that has a coordinator is left alone: says 'busy PID CAMPAIGN/HOST'
# and starts nothing. Then prints 'agent PID' and, when it ended, 'log LINE' of its last lines and 'exit CODE'.
work=$(folder_of "$1")
own=$2/$3
home=$work/campaigns/$own
shift 3
umask 077
if ! mkdir -p "$home/tmp" || ! cd "$home"; then
  echo "log $home cannot be made"
  exit 1
fi
exec 3<&0 9>"$work/lock"
flock -w 20 9 || { echo "log another coordinator starts an agent here"; exit 1; }

for record in "$work"/campaigns/*/*/agent; do
  if alive "$record"; then
    other=$pid
    name=${record#"$work"/campaigns/}
    name=${name%/agent}
    if [ "$name" != "$own" ] && alive "${record%agent}lease"; then
      echo "busy $other $name"
      exit 4
    fi
    finish "$record" 30
    echo "stopped $other $name"
  fi
done

rm -f exit
cat <&3 >/dev/null 2>&1 9>&- &
lease=$!
remember "$lease" lease
alive lease || exit 1 # whoever asked for the agent is gone already
setsid "$@" </dev/null >>agent.log 2>&1 3<&- 9>&- &
agent=$!
remember "$agent" agent
exec 3<&- 9>&-
echo "agent $agent"
wait "$agent"
code=$?
echo "$code" >exit
kill "$lease" 2>/dev/null
tail -n 5 agent.log | cut -c1-300 | sed 's/^/log /'
echo "exit $code"
