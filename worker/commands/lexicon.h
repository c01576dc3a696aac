#pragma once
// The parts of khabar lexicon. Internal.

int kb_command_lexicon_adopt(int argc, char **argv); // argv[0]: "adopt"
void kb_lexicon_adopt_help(void);
