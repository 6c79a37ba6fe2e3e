package io.llmcluster.node.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a small program of the operating system and reads what it prints. */
final class Tool {

  private static final int MAX_OUTPUT = 1 << 20;

  private Tool() {}

  /**
   * What the program prints; empty if it is not there, fails, or takes too long. Blocks.
   *
   * @param limit after which it is killed
   */
  static String output(List<String> command, Duration limit) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException missing) {
      return "";
    }
    CompletableFuture<String> text = CompletableFuture.supplyAsync(() -> read(process));
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      return ended && process.exitValue() == 0 ? text.get(1, TimeUnit.SECONDS) : "";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return "";
    } catch (Exception unreadable) {
      return "";
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Process process) {
    try (InputStream out = process.getInputStream()) {
      return new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
    } catch (IOException killed) {
      return "";
    }
  }
}
