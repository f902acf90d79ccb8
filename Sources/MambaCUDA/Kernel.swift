import MambaCUDAKernels

/// A kernel of kernels.cu.
struct Kernel: Hashable {
  enum Name: String, CaseIterable {
    case begin, input, select, scan, output, head, settle, functions
    /// A pass in one kernel.
    case pass
    case norm = "norm_rows"
    /// A scan of segments of one position.
    case scanOne = "scan_one"
    /// The same of many segments.
    case scanMany = "scan_many"

    /// Whether there is an instance for each size of a pass.
    var hasSizes: Bool { !sizes.isEmpty }

    /// Positions of the instances at most.
    fileprivate var sizes: [Int] {
      switch self {
      case .input, .select, .output, .head: [8, 16, 32, rowLimit]
      case .pass: [1, 8, WholePass.rowLimit]
      default: []
      }
    }
  }

  let base: Name
  /// Positions at most; 0 for a kernel without sizes.
  let size: Int

  /// Positions of a pass.
  static let rowLimit = 64
  /// Warps of a block that multiplies more than 16 positions on tensor cores, and what each of them has
  /// fetched ahead of the positions.
  static let wideWarps = 8
  static let ringByteCount = 4096

  init(_ base: Name, rows: Int = Kernel.rowLimit) {
    self.base = base
    size = base.sizes.first { $0 >= rows } ?? base.sizes.last ?? 0
  }

  var name: String { base.hasSizes ? "\(base.rawValue)\(size)" : base.rawValue }

  /// Without tensor cores there are instances for the largest size only.
  var isInEveryImage: Bool { size == 0 || size == Self.rowLimit }

  static let all: Set<Kernel> = Set(
    Name.allCases.flatMap { name in
      name.hasSizes ? name.sizes.map { Kernel(name, rows: $0) } : [Kernel(name)]
    })
}

/// Compiled kernels that the program carries.
@safe
struct KernelImage {
  let architecture: Int
  /// Machine code of one generation; else PTX, which the driver compiles for it or a later one.
  let isBinary: Bool
  // SAFETY: constants of the program.
  let data: UnsafeRawPointer
  let byteCount: Int

  var name: String { isBinary ? "sm_\(architecture)" : "compute_\(architecture)" }

  /// From the most to the least special.
  static var all: [KernelImage] {
    var images: [KernelImage] = []
    while let image = unsafe mck_image_at(images.count)?.pointee {
      unsafe images.append(
        KernelImage(
          architecture: Int(image.architecture), isBinary: image.is_binary != 0,
          data: UnsafeRawPointer(image.data), byteCount: image.size))
    }
    return images
  }

  /// - Parameter asked: the only architecture to take; nil for any.
  func runs(on capability: Int, asked: Int?) -> Bool {
    if let asked, asked != architecture { return false }
    return isBinary ? capability / 10 == architecture / 10 : capability >= architecture
  }
}
