#pragma once
// The table of commands: each is one file of worker/commands and one row here.

#include "khabar/base.h"

typedef struct kb_command {
    const char *name, *usage, *summary;
    int (*run)(int argc, char **argv); // argv[0] is the command's name; returns the exit status
} kb_command;

int kb_command_dead_letters(int argc, char **argv);
int kb_command_explain(int argc, char **argv);
int kb_command_extract(int argc, char **argv);
int kb_command_health(int argc, char **argv);
int kb_command_lexicon(int argc, char **argv);
int kb_command_migrate(int argc, char **argv);
int kb_command_run(int argc, char **argv);
int kb_command_status(int argc, char **argv);
