"""A road picture under way: its camera, its light, its haze."""

from __future__ import annotations

from random import Random

from assetlib.demo.draw_canvas import Canvas, Colour, Stops, mix
from assetlib.demo.draw_light import Light
from assetlib.demo.draw_space import Space
from assetlib.demo.draw_traffic import LANE, MEDIAN
from assetlib.demo.facts import Road, Shot

LOW_SUN = {6, 7, 18, 19}
SKIES: dict[tuple[str, str], Stops] = {
    ("day", "clear"): [(0, (66, 124, 196)), (0.6, (138, 180, 222)), (1, (206, 222, 232))],
    ("day", "cloudy"): [(0, (132, 146, 162)), (1, (206, 212, 216))],
    ("day", "rain"): [(0, (98, 106, 116)), (1, (160, 166, 170))],
    ("day", "fog"): [(0, (186, 190, 192)), (1, (206, 208, 208))],
    ("day", "snow"): [(0, (166, 174, 184)), (1, (216, 220, 224))],
    ("dusk", "clear"): [
        (0, (62, 74, 132)),
        (0.45, (150, 104, 140)),
        (0.8, (246, 150, 96)),
        (1, (255, 206, 134)),
    ],
    ("dusk", "cloudy"): [(0, (74, 76, 104)), (0.7, (168, 120, 122)), (1, (236, 168, 128))],
}
DULL_DUSK: Stops = [(0, (84, 86, 108)), (1, (166, 150, 150))]
NIGHT: Stops = [(0, (34, 50, 96)), (0.6, (76, 84, 130)), (1, (255, 178, 122))]
AMBIENT = {"day": (1.0, 1.0, 1.0), "dusk": (0.84, 0.72, 0.73), "night": (0.33, 0.36, 0.5)}


class RoadView:
    """One picture under way: what the steps of drawing it share."""

    def __init__(self, shot: Shot, road: Road, chance: Random) -> None:
        width, height = shot.camera.size
        self.shot, self.road, self.chance = shot, road, chance
        self.canvas = Canvas(shot.camera.size, scale=1)
        level = height * (0.36 if road.backdrop != "city" else 0.42)
        self.space = Space((width * 0.5, level), width * 0.92, 6.4, road.lanes * 0.9, road.curve)
        ambient = AMBIENT[shot.light]
        if shot.light == "day" and road.weather in {"rain", "fog"}:
            ambient = (0.84, 0.86, 0.88)
        elif road.weather == "clear" and shot.taken_at.hour in LOW_SUN:
            ambient = (ambient[0], ambient[1] * 0.93, ambient[2] * 0.78)
        gain = chance.uniform(0.95, 1.12)
        red, green, blue = (share * gain for share in ambient)
        self.light = Light(shot.camera.size, (red, green, blue))
        self.sky = sky_of(shot.light, road.weather)
        self.haze = self.sky[-1][1]
        self.edge = MEDIAN + road.lanes * LANE

    def hazy(self, colour: Colour, depth: float) -> Colour:
        reach = 90 if self.road.weather in {"fog", "snow"} else 420
        return mix(colour, self.haze, min(depth / reach, 0.92))

    def ground_colour(self, colour: Colour) -> Colour:
        return mix(colour, (228, 232, 236), 0.72) if self.road.weather == "snow" else colour


def sky_of(light: str, weather: str) -> Stops:
    if light == "night":
        return NIGHT
    if light == "dusk":
        return SKIES.get(("dusk", weather), DULL_DUSK)
    return SKIES["day", weather]
