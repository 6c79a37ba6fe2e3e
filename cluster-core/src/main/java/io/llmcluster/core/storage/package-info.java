/**
 * The durable store: which one a member uses, how it is opened, read and cleaned. Actors write to
 * it through Pekko Persistence and know nothing of this package.
 */
@NullMarked
package io.llmcluster.core.storage;

import org.jspecify.annotations.NullMarked;
