#include "khabar/commands.h"
#include "khabar/document.h"
#include "khabar/extract.h"
#include "khabar/record.h"

#include <stdio.h>

int kb_command_extract(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 2;
}
