#include <string>

#include <boost/test/unit_test.hpp>

#include "report/result_folders.hpp"
#include "workplace.hpp"

BOOST_FIXTURE_TEST_SUITE(report, Workplace)

BOOST_AUTO_TEST_CASE(the_report_of_a_trained_run_lies_in_its_folder) {
  check_succeeds(train({"--run_dir", "run"}));
  const Finished finished = xgrad({"report", "run"});
  check_succeeds(finished);
  BOOST_TEST(finished.output == "report of 1 run: run/report.html\n");
  BOOST_TEST(finished.errors == "");
  BOOST_TEST(bytes("run/report.html").starts_with("<!doctype html>"));
}

BOOST_AUTO_TEST_CASE(several_folders_make_one_report_where_it_is_wanted) {
  const ResultFolders made;
  const std::string first = made.run("one"), second = made.sweep("two", 4), third = made.study("s9");
  const Finished finished = xgrad({"report", first, second, third, "-o", "all.html"});
  check_succeeds(finished);
  BOOST_TEST(finished.output == "report of 9 runs, 1 sweep, 1 study: all.html\n");
  check_succeeds(xgrad({"report", first, second}));
  BOOST_TEST(exists("report.html"));
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_named_and_left_out) {
  const ResultFolders made;
  made.run("runs/good");
  made.run("runs/bad");
  write_bytes(made.path("runs/bad/summary.json"), "[");
  const Finished finished = xgrad({"report", made.path("runs"), "-o", "all.html"});
  check_succeeds(finished);
  BOOST_TEST(finished.errors.find("left out: ") != std::string::npos);
  BOOST_TEST(finished.errors.find("bad/summary.json") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_reported_is_refused) {
  check_fails(xgrad({"report"}), 2, {"paths"});
  check_fails(xgrad({"report", "nowhere"}), 1, {"nowhere"});
  check_fails(xgrad({"report", "data"}), 1, {"data", "metrics.jsonl"});
  const ResultFolders made;
  check_fails(xgrad({"report", made.run("run"), "-o", "missing/report.html"}), 1, {"missing/report.html"});
}

BOOST_AUTO_TEST_CASE(pictures_without_chromium_name_the_package) {
  const ResultFolders made;
  const Finished finished =
      xgrad({"report", made.run("run"), "-o", "r.html", "--png", "png"}, {.environment = {"PATH=/nowhere"}});
  BOOST_TEST(finished.status == 1);
  BOOST_TEST(finished.errors.find("apt-get install chromium") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_browser_that_fails_is_quoted) {
  const ResultFolders made;
  std::filesystem::create_directory(path() / "bin");
  write_bytes(path() / "bin/chromium", "#!/bin/sh\necho it is broken >&2\nexit 7\n");
  std::filesystem::permissions(path() / "bin/chromium", std::filesystem::perms::owner_all);
  const std::vector<std::string> arguments{"report", made.run("run"), "-o", "r.html", "--png", "png"};
  const Finished finished = xgrad(arguments, {.environment = {"PATH=" + (path() / "bin").string() + ":/bin:/usr/bin"}});
  BOOST_TEST(finished.status == 1);
  BOOST_TEST(finished.errors.find("status 7; its last words: it is broken") != std::string::npos, finished.errors);
}

BOOST_AUTO_TEST_SUITE_END()
