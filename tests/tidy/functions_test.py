"""The tidy test's own eyes: does it see functions where they are?"""

import unittest

from functions import cpp_functions, python_functions, shell_functions

CPP = '''\
#include <x>
#define LOOP(n)   \\
  for (;;) {      \\
  }
namespace a {
namespace {
const std::vector<int> table{
    {1, 2},
    {3, 4},
};
constexpr Row rows[] = {
    {1, "}{"},
};
}  // namespace {
class Thing : public Base<int> {
 public:
  Thing() : a_{1}, b_(f({2})) {
    start();
  }
  int small() const { return 1'000'000; }
  template <typename T>
  auto big(T t) -> std::vector<T> {
    const auto raw = R"x(}}})x";
    if (t == '{') {
      return {t};
    }
    std::ranges::sort(v, [](int l, int r) {
      return l < r;
    });
  }
};
enum class Kind { a, b };
struct Options options{.a = 1};
std::optional<int> Thing::outside(
    int first,  // a { in a comment
    int second) noexcept {
  /* } */
  for (int i = 0; i < 3; ++i) {
  }
  return first;
}
TEST_CASE("a promise {") {
  CHECK(true);
}
}  // namespace a
'''


class Functions(unittest.TestCase):
    def test_cpp(self):
        found = [(function.name, function.line, function.length)
                 for function in cpp_functions(CPP)]
        self.assertEqual(found, [("Thing", 17, 3), ("small", 20, 1), ("big", 21, 10),
                                 ("Thing::outside", 34, 8), ("TEST_CASE", 42, 3)])

    def test_cpp_out_of_balance(self):
        for text in ("void f() {\n", "}\n"):
            with self.assertRaises(ValueError):
                cpp_functions(text)

    def test_python(self):
        found = python_functions("def f():\n    def g():\n        pass\n    return g\n")
        self.assertEqual([(each.name, each.length) for each in found], [("f", 4), ("g", 2)])

    def test_shell(self):
        found = shell_functions("say() {\n  echo\n}\nif x; then\n}\nfunction b() {\n}\n")
        self.assertEqual([(each.name, each.line, each.length) for each in found],
                         [("say", 1, 3), ("b", 6, 2)])


if __name__ == "__main__":
    unittest.main()
