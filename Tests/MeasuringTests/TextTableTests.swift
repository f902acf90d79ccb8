import Measuring
import Testing

struct TextTableTests {
  @Test func `a table is Markdown with columns of equal width`() {
    var table = TextTable(["kernel", "us"])
    table.append(["scan", "1234.5"])
    #expect(
      table.text == """
        | kernel | us     |
        | ------ | ------ |
        | scan   | 1234.5 |

        """)
  }
}
