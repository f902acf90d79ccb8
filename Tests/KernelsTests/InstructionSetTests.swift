import Foundation
import Kernels
import Testing

@Suite struct InstructionSetTests {
  @Test func `the reference is always there and the best is one of those available`() {
    #expect(InstructionSet.available.contains(.scalar))
    #expect(InstructionSet.available.contains(.best))
    #expect(Set(InstructionSet.available).isSubset(of: InstructionSet.compiled))
  }

  @Test func `the best multiplies 8-bit integers where one of those available does`() {
    let order: [InstructionSet] = [
      .amx, .avx512vnni, .avxvnni, .avx512, .avx2, .neondot, .neon, .scalar,
    ]
    #expect(Set(order) == Set(InstructionSet.allCases))
    #expect(InstructionSet.best == order.first(where: \.isAvailable))
  }

  @Test func `the sets of the other architecture are not compiled in`() {
    #if arch(x86_64) && os(Linux)
      #expect(InstructionSet.compiled == [.scalar, .avx2, .avxvnni, .avx512, .avx512vnni, .amx])
    #elseif arch(x86_64)
      #expect(InstructionSet.compiled == [.scalar, .avx2, .avxvnni, .avx512, .avx512vnni])
    #elseif arch(arm64)
      #expect(InstructionSet.compiled == [.scalar, .neon, .neondot])
      #expect([.neon, .neondot].contains(InstructionSet.best))
    #else
      #expect(InstructionSet.compiled == [.scalar])
    #endif
  }

  @Test func `what the environment names is selected, else the best`() throws {
    let name = ProcessInfo.processInfo.environment[InstructionSet.variable] ?? ""
    let selected = try InstructionSet.selected()
    #expect(selected == (name.isEmpty ? .best : InstructionSet(rawValue: name)))
  }

  @Test func `the error names the variable, the value and what it may be`() {
    let error = InstructionSetError(name: "sse9", available: [.scalar, .avx2])
    #expect(
      error.description == "SPECDECODE_ISA is sse9, which this build on this processor does not "
        + "support; set it to one of scalar, avx2, or unset it")
    #expect(error.available == ["scalar", "avx2"])
  }
}
