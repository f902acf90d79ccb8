internal import CKernels
internal import Foundation

/// A family of processor instructions that the kernels are compiled for. All give the same bits.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// Plain C: the reference.
  case scalar
  /// x86-64 with AVX2 and fused multiply-add.
  case avx2
  /// The same with AVX-VNNI, which multiplies 8-bit integers.
  case avxvnni
  /// x86-64 with AVX-512 F, BW, VL and DQ.
  case avx512
  /// The same with VNNI, which multiplies 8-bit integers.
  case avx512vnni
  /// The same with AMX, which multiplies tiles of 8-bit integers; on Linux, if the system allows it.
  case amx
  /// 64-bit Arm.
  case neon
  /// The same with FEAT_DotProd, which multiplies 8-bit integers.
  case neondot

  /// The environment variable that forces one.
  package static let variable = "SPECDECODE_ISA"

  /// Those in this build.
  package static var compiled: [InstructionSet] {
    allCases.filter { ck_is_compiled($0.code) != 0 }
  }

  /// Those in this build that this processor has.
  package static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

  /// The fastest that this processor has.
  package static let best: InstructionSet = {
    let code = ck_best_isa()
    return allCases.first { $0.code == code } ?? .scalar
  }()

  /// What kernels run on unless told otherwise: what `SPECDECODE_ISA` names, else the best.
  ///
  /// - Throws: `InstructionSetError` when the variable names an unknown or unsupported one.
  package static func selected() throws(InstructionSetError) -> InstructionSet {
    guard let name = ProcessInfo.processInfo.environment[variable], !name.isEmpty else {
      return best
    }
    guard let set = InstructionSet(rawValue: name), set.isAvailable else {
      throw InstructionSetError(name: name, available: available)
    }
    return set
  }

  /// What `SPECDECODE_ISA` names if this processor has it, else the best.
  package static let preferred: InstructionSet = (try? selected()) ?? best

  package var isAvailable: Bool { unsafe ck_table_for(code) != nil }

  // SAFETY: points to one of the C tables, which are constant and never go away.
  var kernels: UnsafePointer<ck_table> {
    guard let table = unsafe ck_table_for(code) else {
      preconditionFailure("this processor or build lacks \(rawValue)")
    }
    return unsafe table
  }

  var code: ck_isa {
    switch self {
    case .scalar: CK_SCALAR
    case .avx2: CK_AVX2
    case .avxvnni: CK_AVXVNNI
    case .avx512: CK_AVX512
    case .avx512vnni: CK_AVX512VNNI
    case .amx: CK_AMX
    case .neon: CK_NEON
    case .neondot: CK_NEONDOT
    }
  }
}

/// `SPECDECODE_ISA` names what this build or this processor lacks.
public struct InstructionSetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What the variable says.
  public let name: String

  /// What it may say here.
  public let available: [String]

  package init(name: String, available: [InstructionSet]) {
    self.name = name
    self.available = available.map(\.rawValue)
  }

  /// What went wrong and what to do about it.
  public var description: String {
    "\(InstructionSet.variable) is \(name), which this build on this processor does not support; "
      + "set it to one of \(available.joined(separator: ", ")), or unset it"
  }
}
