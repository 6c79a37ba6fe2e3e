package io.llmcluster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What a process and its children (nginx works in children) take of the machine; Linux. */
final class Processes {

  private Processes() {}

  /** CPU time so far, nanoseconds, in steps of 10 ms; 0 for the empty id. */
  static long cpuNanos(String pid) {
    return family(pid)
        .mapToLong(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
        .sum();
  }

  /** Resident memory in MB; pages that are shared count in each process. */
  static long residentMegabytes(String pid) {
    return family(pid).mapToLong(process -> residentKilobytes(process.pid())).sum() / 1024;
  }

  private static Stream<ProcessHandle> family(String pid) {
    return pid.isEmpty()
        ? Stream.empty()
        : ProcessHandle.of(Long.parseLong(pid)).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
  }

  private static long residentKilobytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }
}
