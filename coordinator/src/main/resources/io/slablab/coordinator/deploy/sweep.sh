# sweep.sh WORKDIR CAMPAIGN HOST: deletes what agents of a campaign left on a host. Nothing happens while one lives.
work=$(folder_of "$1")
home=$work/campaigns/$2/$3
! alive "$home/agent" || exit 1
rm -rf "$home"
rmdir "$work/campaigns/$2" 2>/dev/null
exit 0
