package io.llmcluster.core.directory;

import java.util.List;

/**
 * What a node's machine consists of, as far as it could be found out.
 *
 * @param cpus logical processors; 0 if unknown
 * @param cpuFeatures instruction sets that matter for inference ({@code avx2}, {@code avx512f},
 *     {@code neon}, ...)
 * @param memoryBytes installed memory; 0 if unknown
 * @param gpus the GPUs found; empty if none or unknown
 * @param platform operating system and architecture, for example {@code linux/amd64}; empty if
 *     unknown
 */
public record Hardware(
    int cpus, List<String> cpuFeatures, long memoryBytes, List<Gpu> gpus, String platform) {

  /** Of a machine that cannot be looked into, such as a remote server. */
  public static final Hardware UNKNOWN = new Hardware(0, List.of(), 0, List.of(), "");

  public Hardware {
    cpuFeatures = List.copyOf(cpuFeatures);
    gpus = List.copyOf(gpus);
  }

  /**
   * One GPU.
   *
   * @param name as its driver calls it
   * @param memoryBytes its memory; 0 if unknown
   */
  public record Gpu(String name, long memoryBytes) {}
}
