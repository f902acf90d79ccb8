import Foundation
import Reporting

/// The benchmarks that a command line names.
enum BenchmarkInput {
  /// Reads files and folders and puts shards together: those of a folder, and those that are named
  /// one by one.
  static func runs(_ paths: [String]) throws -> [ReportedRun] {
    var groups: [Group] = []
    var loose: Int?
    for path in paths {
      guard FileOutput.isFolder(path) else {
        let file = try file(at: path)
        if file.run.shard != nil, let place = loose {
          groups[place].files.append(file)
        } else {
          if file.run.shard != nil { loose = groups.count }
          groups.append(Group(path: path, files: [file]))
        }
        continue
      }
      groups += try self.groups(inFolder: path)
    }
    let names = distinctNames(groups.map(\.path))
    return try zip(groups, names).map { group, name in
      ReportedRun(name: name, file: try BenchmarkFile(merging: group.files))
    }
  }

  /// Files that are one benchmark.
  private struct Group {
    let path: String
    var files: [BenchmarkFile]
  }

  private static func groups(inFolder path: String) throws -> [Group] {
    let paths = try FileInput.names(inFolder: path).filter { $0.hasSuffix(".jsonl") }
      .map { URL(filePath: path).appending(path: $0).path(percentEncoded: false) }
    guard !paths.isEmpty else { throw ReportError.emptyFolder(path: path) }
    let files = try paths.map { (path: $0, file: try file(at: $0)) }
    let shards = files.filter { $0.file.run.shard != nil }.map(\.file)
    return (shards.isEmpty ? [] : [Group(path: path, files: shards)])
      + files.filter { $0.file.run.shard == nil }.map { Group(path: $0.path, files: [$0.file]) }
  }

  private static func file(at path: String) throws -> BenchmarkFile {
    try BenchmarkFile(
      parsing: Data(FileInput.jsonBytes(of: path, opening: "{")),
      file: FileInput.name(of: path))
  }

  /// The last part of each path without its ending; whole paths where two would be alike.
  static func distinctNames(_ paths: [String]) -> [String] {
    let short = paths.map { path in
      let name = URL(filePath: path).lastPathComponent
      return name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
    }
    return Set(short).count == short.count ? short : paths
  }
}
