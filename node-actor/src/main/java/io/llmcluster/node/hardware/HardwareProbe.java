package io.llmcluster.node.hardware;

import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.Hardware.Gpu;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out what this machine consists of. */
public final class HardwareProbe {

  /** A GPU driver that hangs must not hold the start for long. */
  private static final Duration TOOL_LIMIT = Duration.ofSeconds(3);

  private HardwareProbe() {}

  /**
   * Looks, on a thread of its own; takes at most some seconds and never fails: what cannot be found
   * out is unknown.
   */
  public static CompletionStage<Hardware> look() {
    CompletableFuture<Hardware> found = new CompletableFuture<>();
    Thread thread = new Thread(() -> found.complete(lookNow()), "hardware-probe");
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, failure) -> found.complete(Hardware.UNKNOWN));
    thread.start();
    return found;
  }

  private static Hardware lookNow() {
    return new Hardware(
        Runtime.getRuntime().availableProcessors(),
        cpuFeatures(),
        memoryBytes(),
        gpus(),
        platform(System.getProperty("os.name", ""), System.getProperty("os.arch", "")));
  }

  /** In the form of container images: {@code linux/amd64}, {@code darwin/arm64}. */
  static String platform(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system =
        os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : os.strip();
    String arch =
        switch (osArch) {
          case "x86_64" -> "amd64";
          case "aarch64" -> "arm64";
          default -> osArch;
        };
    return system + "/" + arch;
  }

  private static List<String> cpuFeatures() {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    if (Files.isReadable(cpuinfo)) {
      try {
        return CpuFeatures.ofCpuinfo(Files.readString(cpuinfo));
      } catch (IOException unreadable) {
        return List.of();
      }
    }
    if (platform(System.getProperty("os.name", ""), "").startsWith("darwin")) {
      return CpuFeatures.ofSysctl(
          Tool.output(
              List.of(
                  "sysctl", "machdep.cpu.features", "machdep.cpu.leaf7_features", "hw.optional"),
              TOOL_LIMIT));
    }
    return List.of();
  }

  /** Of the container, where there is one with a limit: the JVM knows it. */
  private static long memoryBytes() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  private static List<Gpu> gpus() {
    List<Gpu> gpus =
        new ArrayList<>(GpuLists.ofNvidiaSmi(Tool.output(GpuLists.NVIDIA, TOOL_LIMIT)));
    gpus.addAll(GpuLists.ofRocmSmi(Tool.output(GpuLists.ROCM, TOOL_LIMIT)));
    return gpus;
  }
}
