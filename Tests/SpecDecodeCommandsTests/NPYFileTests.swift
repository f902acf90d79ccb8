import Foundation
import SpecDecodeCommands
import Testing

struct NPYFileTests {
  @Test func `the header is NumPy's and the numbers are little-endian`() {
    let file = NPYFile.data([1, -2], shape: [1, 2])
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
    #expect(file.prefix(10) == Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0]))
    #expect(file.dropFirst(10).prefix(header.utf8.count) == Data(header.utf8))
    #expect(file[127] == 0x0A)
    #expect(file.dropFirst(128) == Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
  }

  @Test(arguments: [[0], [3], [1_000_000, 16_384], [2, 3, 4, 5]])
  func `the numbers begin at a multiple of 64 bytes`(shape: [Int]) {
    #expect(NPYFile.data([], shape: shape).count % 64 == 0)
  }
}
