package io.llmcluster.node.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcluster.core.directory.Hardware;
import io.llmcluster.core.directory.Hardware.Gpu;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HardwareProbeTest {

  @Test
  void x86_features_come_from_the_flags_line() {
    String cpuinfo =
        """
        processor\t: 0
        model name\t: AMD EPYC 7B13
        flags\t\t: fpu sse4_2 avx f16c fma avx2 avx512f avx512_vnni rdseed
        processor\t: 1
        flags\t\t: fpu
        """;
    assertThat(CpuFeatures.ofCpuinfo(cpuinfo))
        .containsExactly("sse4_2", "avx", "avx2", "f16c", "fma", "avx512f", "avx512_vnni");
  }

  @Test
  void arm_on_linux_has_neon_under_another_name() {
    assertThat(CpuFeatures.ofCpuinfo("Features\t: fp asimd asimddp i8mm bf16 sve\n"))
        .containsExactly("neon", "asimddp", "i8mm", "bf16", "sve");
  }

  @Test
  void macs_tell_by_sysctl() {
    assertThat(
            CpuFeatures.ofSysctl(
                """
                machdep.cpu.features: FPU SSE4.2 AVX1.0 FMA F16C
                machdep.cpu.leaf7_features: BMI1 AVX2
                """))
        .containsExactly("sse4_2", "avx", "avx2", "f16c", "fma");
    assertThat(
            CpuFeatures.ofSysctl(
                """
                hw.optional.arm.FEAT_DotProd: 1
                hw.optional.arm.FEAT_I8MM: 0
                hw.optional.AdvSIMD: 1
                """))
        .containsExactly("neon", "asimddp");
  }

  @Test
  void nvidia_lists_names_and_mebibytes() {
    assertThat(GpuLists.ofNvidiaSmi("NVIDIA GeForce RTX 4090, 24564\nNVIDIA GB10, [N/A]\n"))
        .containsExactly(
            new Gpu("NVIDIA GeForce RTX 4090", 24_564L << 20), new Gpu("NVIDIA GB10", 0));
  }

  @Test
  void rocm_lists_cards_and_bytes() {
    assertThat(
            GpuLists.ofRocmSmi(
                """
                {"card0": {"VRAM Total Memory (B)": "17163091968", "Card series": "Navi 21"},
                 "system": {"Driver version": "6.7"}}
                """))
        .containsExactly(new Gpu("Navi 21", 17_163_091_968L));
  }

  @Test
  void tools_that_are_missing_fail_or_hang_tell_nothing() {
    assertThat(GpuLists.ofNvidiaSmi("")).isEmpty();
    assertThat(GpuLists.ofRocmSmi("not json")).isEmpty();
    assertThat(Tool.output(List.of("no-such-program-here"), Duration.ofSeconds(1))).isEmpty();
    assertThat(Tool.output(List.of("sleep", "30"), Duration.ofMillis(100))).isEmpty();
  }

  @Test
  void platforms_are_named_as_container_images_name_them() {
    assertThat(HardwareProbe.platform("Linux", "amd64")).isEqualTo("linux/amd64");
    assertThat(HardwareProbe.platform("Mac OS X", "aarch64")).isEqualTo("darwin/arm64");
    assertThat(HardwareProbe.platform("Windows 11", "x86_64")).isEqualTo("windows/amd64");
  }

  @Test
  void this_machine_has_processors_and_memory() throws Exception {
    Hardware hardware = HardwareProbe.look().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(hardware.cpus()).isPositive();
    assertThat(hardware.memoryBytes()).isGreaterThan(1 << 20);
    assertThat(hardware.platform()).contains("/");
  }
}
