import SpecDecodeCommands
import Testing

struct ExitCodeTests {
  @Test(
    arguments: [
      (true, nil, 0), (nil, nil, 0), (false, nil, 1), (nil, 2, 130), (true, 15, 143),
      (false, 2, 1),
    ] as [(Bool?, Int32?, Int32)])
  func `a difference outweighs a signal and a signal outweighs success`(
    identical: Bool?, signal: Int32?, code: Int32
  ) {
    #expect(ExitCode.ofRun(identical: identical, signal: signal).value == code)
  }
}
