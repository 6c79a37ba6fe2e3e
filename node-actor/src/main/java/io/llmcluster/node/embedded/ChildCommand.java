package io.llmcluster.node.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.kherud.llama.ModelParameters;
import io.llmcluster.core.model.ModelName;
import io.llmcluster.node.embedded.child.EmbeddedServer;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The command line of the child: a small JVM with only what it needs on its class path. */
record ChildCommand(Path model, String sha256, String name, EmbeddedSettings settings) {

  private static final Path SHELL = Path.of("/bin/sh");

  /**
   * Ctrl-C, a terminal that closes and systemd's stop reach every process of the group at once; the
   * child has to outlive them until its parent has drained. A signal that is ignored stays so
   * across exec, and the JVM leaves it alone (HotSpot's {@code PosixSignals::is_sig_ignored}).
   */
  private static final List<String> DEAF_TO_STOPS =
      List.of(SHELL.toString(), "-c", "trap '' HUP INT TERM; exec \"$@\"", "sh");

  /**
   * The command.
   *
   * @param port 0 for a free one
   * @param folder an empty temp folder of its own; the native library is unpacked there
   */
  List<String> line(int port, Path folder) {
    List<String> line = new ArrayList<>();
    if (Files.isExecutable(SHELL)) {
      line.addAll(DEAF_TO_STOPS);
    }
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Xms16m", "-Xmx96m", "-Xss512k", "-XX:+UseSerialGC"));
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto"));
    line.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "-XX:-CreateCoredumpOnCrash"));
    line.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
    if (Runtime.version().feature() >= 22) {
      line.add("--enable-native-access=ALL-UNNAMED");
    }
    line.addAll(List.of("-Djava.io.tmpdir=" + folder, "-Dllmcluster.ownTempFolder=true"));
    line.addAll(List.of("-cp", classPath(), EmbeddedServer.class.getName()));
    line.addAll(List.of(model.toAbsolutePath().toString(), sha256, name, String.valueOf(port)));
    line.add(String.valueOf(settings.context()));
    line.add(String.valueOf(settings.threads()));
    line.add(String.valueOf(settings.parallel()));
    return line;
  }

  /** One class of each jar; a literal of the binding's model class would load nothing native. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    for (Class<?> one :
        List.of(
            EmbeddedServer.class,
            ModelName.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonProperty.class,
            ModelParameters.class)) {
      try {
        entries.add(
            Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
      } catch (URISyntaxException e) {
        throw new IllegalStateException("class path of " + one, e);
      }
    }
    return String.join(File.pathSeparator, entries);
  }
}
