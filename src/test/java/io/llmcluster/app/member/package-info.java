/** Tests of the package of the same name. */
@NullMarked
package io.llmcluster.app.member;

import org.jspecify.annotations.NullMarked;
