"""The search of the whole site, suggestions while typing, and the place nearest to a position given on tap."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from search.finder import find
from search.language.text import LONGEST_QUESTION
from search.nearby import geography
from search.suggest import suggestions


@require_GET
def site_search(request):
    """/search/: courses, events, projects, places, news, pages and documents."""
    return render(request, "search/site_search.html", {"finder": find(request.GET, kinds=None)})


@require_GET
@cache_control(no_cache=True)  # what is unpublished is offered to nobody any more
def suggest(request):
    """/search/suggest/?q=: up to eight words as JSON: [{"word", "kind"}]."""
    text = request.GET.get("q", "")[:LONGEST_QUESTION]
    return JsonResponse({"suggestions": suggestions(text)}, json_dumps_params={"ensure_ascii": False})


@csrf_exempt  # it changes nothing and knows nobody; a token would keep the finder out of the page cache
@require_POST
@sensitive_post_parameters("latitude", "longitude")
def nearest(request):
    """POST latitude and longitude (WGS-84 degrees): the known place nearest to them, as its key and name.

    The position travels once in this body; it is neither stored nor logged, and no address carries it.
    """
    try:
        latitude, longitude = float(request.POST.get("latitude", "")), float(request.POST.get("longitude", ""))
    except ValueError:
        return JsonResponse({"error": "没有读到位置，请从列表里选一个地方。"}, status=400)
    place = geography().nearest(latitude, longitude)
    if place is None:
        return JsonResponse({"error": "离您近的地方一个也没找到，请从列表里选一个街道。"}, status=404)
    return JsonResponse({"near": place.key, "name": place.name}, json_dumps_params={"ensure_ascii": False})
