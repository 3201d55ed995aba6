# stop.sh WORKDIR CAMPAIGN HOST TENTHS: ends the agent, by force after so many tenths of a second, and takes its key away.
# Prints 'log LINE' of the end of its log. Results that wait there stay; of an agent that was never started nothing does.
home=$(folder_of "$1")/campaigns/$2/$3
finish "$home/agent" "$4"
rm -rf "$home/tmp" "$home/identity"
tail -c 1000000 "$home/agent.log" 2>/dev/null | cut -c1-2000 | sed 's/^/log /'
rmdir "$home" "${home%/*}" 2>/dev/null
exit 0
