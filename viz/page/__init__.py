"""The stepping page: one offline HTML file in which a person steps through a recorded forward and backward pass.

Records to steps with their texts (`steps`), gradients from differences to hold beside the analytic ones (`numeric`),
both with a picture into a page (`html`). The style and the program of the page are the plain files beside these.
"""

from viz.page.html import page_html
from viz.page.numeric import numeric_gradients

__all__ = ["numeric_gradients", "page_html"]
