"""The attack corpus: what hostile code tries against a platform that runs as root, and which test shows that
it fails.

| trick | test |
|---|---|
| a file becomes a link while files are stored | `test_files.py: test_links_that_are_put_in_while_files_are_stored`, `test_outputs.py: test_what_became_a_link…` |
| links, special files and odd names in the output folder | `../contract/test_cluster.py: test_odd_files_are_left_out…`, `test_outputs.py` (any tree) |
| the folder of a volume becomes a link | `test_files.py: test_a_volume_whose_folder_became_a_link` |
| reading keys, databases and folders of the platform | `test_reach.py: test_files_of_the_platform_cannot_be_read`, `test_files.py: test_nothing_of_the_platform_lies_open`, `../test_start.py: test_files_of_the_platform_are_its_own…` |
| reading pods, homes and processes of other projects | `test_reach.py: test_what_another_project_has_cannot_be_found` |
| temporary files and shared memory of others | `test_reach.py: test_temporary_files_are_seen_by_their_pod_alone` |
| writing to /proc and /sys, system calls of administrators, setuid programs | `test_reach.py: test_the_kernel_is_told_nothing`, `…system_calls…`, `…programs_that_set_a_user…` |
| signals to others, `kill -9 -1` | `test_reach.py: test_signals_reach_nobody_else` |
| ports of other projects and of the machine | `test_reach.py: test_ports_of_others_and_of_the_machine_do_not_answer` |
| the port of the console while the platform restarts | `test_reach.py: test_a_step_does_not_answer_in_the_place_of_the_platform`, `../test_start.py: test_a_taken_port_is_refused…`, `…from_the_first_moment…` |
| memory in /dev/shm, memfd, mappings, sockets | `test_accounting.py: test_memory_without_a_process_is_counted` |
| shared memory that is counted twice | `test_accounting.py: test_what_many_share_is_counted_once` |
| bombs of forks | `test_accounting.py: test_a_bomb_of_forks_is_bounded` |
| daemons of steps, of terminals, of builds, of killed supervisors | `test_accounting.py: test_daemons…`, `test_builds.py`, `../local/test_cluster.py: test_a_tree_that_hides_is_ended_too` |
| requirements that are paths, files, options | `test_builds.py: test_what_is_no_requirement_is_refused_at_the_door`, `../test_requirements.py` |
| packages that write everywhere when they are built, builds without an end | `test_builds.py` |
| commands of a Dockerfile: mounts, devices, /proc, other users, daemons, bombs of forks, leaving the image by `RUN --mount` | `test_images.py` |
| folders that a build gave to other users, results of a build in another form | `test_images.py: test_folders…`, `…what_a_build_says…` |
| outputs.json that is no file, values that nothing can keep | `../contract/test_cluster.py: test_missing_and_odd_outputs_are_refused_in_words`, `test_values_that_nothing_could_keep_are_refused` |
| metrics and logs that are no files, endless, sparse or wrong | `test_loops.py: test_what_is_odd_ends_its_own_step_alone`, `../local/test_cluster.py: test_a_log_over_its_cap…`, `…binary_rubbish…` |
| sparse files beyond all disks, trees without an end, 100,000 files, SIGTERM meanwhile | `test_loops.py` |
| what honest programs need goes on to work | `test_loops.py: test_what_honest_programs_need_is_there` |
"""  # noqa: E501
