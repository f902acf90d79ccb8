import Foundation
import Reporting
import Testing

struct MarkupTests {
  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("\" onmouseover='x'", "&quot; onmouseover=&#39;x&#39;"),
    ("&amp;", "&amp;amp;"),
    ("a\u{0}b\u{1B}[31m", "a␀b␛[31m"),
    ("\u{202E}txt.exe", "⟨U+202E⟩txt.exe"),
    ("\u{200B}\u{FEFF}\u{2028}", "⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩"),
    ("tab\tand\nline", "tab\tand\nline"),
    ("海 é 🌊", "海 é 🌊"),
  ])
  func `text enters a page escaped`(text: String, expected: String) {
    #expect(Markup.text(text).source == expected)
    #expect(
      Markup.element("p", ["title": text], text: text).source
        == "<p title=\"\(expected)\">\(expected)</p>")
  }

  @Test func `elements nest, and leave out attributes without a value`() {
    let element = Markup.element(
      "div", ["class": "a", "id": nil], [.text("1"), .element("br"), .element("i", text: "2")])
    #expect(element.source == "<div class=\"a\">1<br><i>2</i></div>")
  }

  @Test(
    arguments: [
      ([0x61, 0xFF, 0x62], "a⟨FF⟩b"), ([0xE6, 0xB5], "⟨E6⟩⟨B5⟩"), ([0xC0, 0xAF], "⟨C0⟩⟨AF⟩"),
      ([0xED, 0xA0, 0x80], "⟨ED⟩⟨A0⟩⟨80⟩"), ([0xE6, 0xB5, 0xB7], "海"), ([0x07], "␇"),
      ([0xF4, 0x90, 0x80, 0x80], "⟨F4⟩⟨90⟩⟨80⟩⟨80⟩"),
    ] as [([UInt8], String)])
  func `bytes that are no text are shown as numbers`(bytes: [UInt8], expected: String) {
    #expect(VisibleText.of(bytes) == expected)
  }

  @Test func `any byte, whatever is beside it, can be shown`() {
    for first in UInt8.min ... .max {
      for second in stride(from: UInt8.min, to: .max, by: 3) {
        let source = Markup.text(VisibleText.of([first, second])).source
        #expect(!source.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
      }
    }
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("<b>", "\\<b\\>"), ("two\nlines", "two lines"),
    ("`x` *y* _z_", "\\`x\\` \\*y\\* \\_z\\_"),
    ("[a](javascript:b)", "\\[a\\](javascript:b)"), ("\\|", "\\\\\\|"),
  ])
  func `a cell of a Markdown table is shown as it is`(text: String, expected: String) {
    #expect(MarkdownText.escaped(text) == expected)
  }
}
