package io.llmcluster.core.directory;

import java.util.List;

/**
 * A model on a node's disk, as {@code GET /api/tags} describes it.
 *
 * @param name with its tag, as the node writes it
 * @param modifiedAt RFC 3339; empty if unknown
 * @param size bytes; 0 if unknown
 * @param digest 64 hex digits; empty if the backend tells none and nothing stands in for it
 * @param details what is known of its making
 * @param capabilities {@code completion}, {@code tools}, {@code vision}, {@code thinking}, {@code
 *     insert}, {@code embedding}; empty if the backend does not tell
 * @param remoteModel what it stands for elsewhere, if it is but a stub; else empty
 * @param remoteHost where that is; else empty
 */
public record InstalledModel(
    String name,
    String modifiedAt,
    long size,
    String digest,
    ModelDetails details,
    List<String> capabilities,
    String remoteModel,
    String remoteHost) {

  public InstalledModel {
    capabilities = List.copyOf(capabilities);
  }
}
