import Reporting
import Testing

struct NumberTextTests {
  @Test(arguments: [
    (0, 0, "0"), (2.5, 0, "3"), (2.076, 2, "2.08"), (0.05, 2, "0.05"), (-1.25, 1, "-1.3"),
    (12, 3, "12.000"), (0.999, 2, "1.00"),
  ])
  func `a number has the digits that are asked for`(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits: digits) == text)
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan, 1e300])
  func `a number that is no digits does not trap`(value: Double) {
    #expect(!NumberText.fixed(value, digits: 2).isEmpty)
  }

  @Test(arguments: [
    (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1_572_864, "1.5 MiB"),
  ])
  func `bytes are given in a unit that fits`(count: Int, text: String) {
    #expect(NumberText.bytes(count) == text)
  }

  @Test(arguments: [
    (12.345, "12.35 s"), (0.1, "0.10 s"), (0.09996, "0.10 s"), (0.0999, "99.9 ms"),
    (0.01, "10.0 ms"), (0.00034, "0.34 ms"), (0, "0.00 ms"),
  ])
  func `a time of less than a tenth of a second is in milliseconds`(seconds: Double, text: String) {
    #expect(NumberText.seconds(seconds) == text)
  }

  @Test func `a missing share is a dash`() {
    #expect(NumberText.percent(nil) == "-")
    #expect(NumberText.percent(0.861, digits: 1) == "86.1 %")
  }
}
