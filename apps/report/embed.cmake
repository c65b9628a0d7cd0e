# cmake -DOUTPUT=page_texts.cpp -DFOLDER=page -DSCRIPTS=a.js:b.js -P embed.cmake: the page's files as texts in a C++ source.
string(REPLACE ":" ";" SCRIPTS "${SCRIPTS}")
set(script "(() => {\n\"use strict\";\n")
foreach(name IN LISTS SCRIPTS)
  file(READ "${FOLDER}/${name}" text)
  string(APPEND script "${text}\n")
endforeach()
string(APPEND script "})();\n")
file(READ "${FOLDER}/page.html" html)
file(READ "${FOLDER}/report.css" style)
file(WRITE "${OUTPUT}" "#include \"report/page_texts.hpp\"

namespace xgrad::apps::page_texts {

const char* const html =
    R\"text(${html})text\";

const char* const style =
    R\"text(${style})text\";

const char* const script =
    R\"text(${script})text\";

}  // namespace xgrad::apps::page_texts
")
