# Writes a C file that embeds the SQL files of a folder. Called with -DFOLDER=<migrations> -DOUTPUT=<file>
file(GLOB ups ${FOLDER}/*.up.sql)
list(SORT ups COMPARE NATURAL)
set(arrays "")
set(rows "")
foreach(up ${ups})
  get_filename_component(name ${up} NAME)
  string(REGEX REPLACE "\\.up\\.sql$" "" name ${name})
  string(REGEX REPLACE "^0*([0-9]+)_.*$" "\\1" version ${name})
  string(REGEX REPLACE "\\.up\\.sql$" ".down.sql" down ${up})
  foreach(way up down)
    file(READ ${${way}} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND arrays "static const unsigned char sql_${version}_${way}[] = {${bytes}};\n")
  endforeach()
  string(APPEND rows "        {${version}, NAME(\"${name}\"), SQL(sql_${version}_up), SQL(sql_${version}_down)},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by worker/postgres/embedded.cmake from migrations/.
#include \"khabar/migrations.h\"

#define NAME(literal) {literal, sizeof literal - 1}
#define SQL(array) {(const char *)array, sizeof array}

${arrays}
kb_migrations kb_migrations_embedded(void)
{
    static const kb_migration list[] = {
${rows}    };
    return (kb_migrations){list, (uint32_t)KB_LEN(list)};
}
")
