import Reporting
import Testing

struct ProgressBarTests {
  @Test func `work of less than two seconds shows nothing`() {
    var bar = ProgressBar(label: "reading")
    #expect(bar.update(fraction: 0.5, elapsed: 1.9) == nil)
    #expect(bar.clear() == nil)
  }

  @Test func `long work shows its label and its share on one line`() throws {
    var bar = ProgressBar(label: "reading")
    let shown = bar.update(fraction: 0.5, elapsed: 2)
    let text = try #require(shown)
    #expect(text.hasPrefix("\r\u{1B}[K"))
    #expect(text.contains("reading"))
    #expect(text.hasSuffix("50 %"))
    #expect(!text.contains("\n"))
  }

  @Test(arguments: [
    (0.5, 2.0, "50 %, 0:02 left"), (0.25, 30, "25 %, 1:30 left"), (0.01, 60, "1 %, 1:39:00 left"),
    (1, 9, "100 %, 0:00 left"), (0, 9, " 0 %"),
  ])
  func `the time left is that of the rest at the speed so far`(
    fraction: Double, elapsed: Double, end: String
  ) throws {
    var bar = ProgressBar(label: "reading", showsTimeLeft: true)
    let shown = bar.update(fraction: fraction, elapsed: elapsed)
    #expect(try #require(shown).hasSuffix(end))
  }

  @Test func `updates come ten times a second at most`() {
    var bar = ProgressBar(label: "reading")
    #expect(bar.update(fraction: 0.1, elapsed: 3) != nil)
    #expect(bar.update(fraction: 0.2, elapsed: 3.05) == nil)
    #expect(bar.update(fraction: 0.3, elapsed: 3.2) != nil)
  }

  @Test func `a shown bar is taken off once`() {
    var bar = ProgressBar(label: "reading")
    _ = bar.update(fraction: 1, elapsed: 3)
    #expect(bar.clear() == "\r\u{1B}[K")
    #expect(bar.clear() == nil)
  }

  @Test(arguments: [-1, 2, Double.nan, .infinity])
  func `a share out of range is drawn within the bar`(fraction: Double) throws {
    var bar = ProgressBar(label: "")
    let shown = bar.update(fraction: fraction, elapsed: 3)
    let text = try #require(shown)
    #expect(text.filter { $0 == "█" || $0 == "░" }.count == 24)
  }
}
