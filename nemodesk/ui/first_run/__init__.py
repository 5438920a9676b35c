# SPDX-License-Identifier: Apache-2.0
"""What a person sees before there is a model of their own. It measures and fetches nothing."""
