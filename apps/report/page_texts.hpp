#pragma once

/// The files of page/, which the build turns into texts.
namespace xgrad::apps::page_texts {

extern const char* const html;
extern const char* const style;
extern const char* const script;  ///< all scripts, in their order

}  // namespace xgrad::apps::page_texts
